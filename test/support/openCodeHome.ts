/** An OpenCode home in a temporary folder, with rows as its program writes them: for tests that need no program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readFile, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { AgentEnvironment, Workspace } from '../../src/core/agents/agent.ts';
import { databaseFile } from '../../src/core/agents/openCode/store.ts';

const schema = path.join(import.meta.dirname, 'openCodeSchema.sql');

export class OpenCodeHome {
  readonly environment: AgentEnvironment;
  readonly workspace: Workspace;
  /** Where ConvoSync makes its files. */
  readonly mirrors: string;

  private constructor(root: string, userHome: string, workspaceFolder: string) {
    this.environment = { userHome, env: { PATH: [path.join(root, 'bin'), path.dirname(process.execPath)].join(path.delimiter) }, platform: process.platform };
    this.workspace = { folder: workspaceFolder };
    this.mirrors = path.join(root, 'mirrors');
  }

  /** @param root an existing folder; a stand-in for the program is made in it, and the home and a workspace `project` unless they are told */
  static async create(root: string, { userHome = path.join(root, 'home'), folder = path.join(root, 'work', 'project') } = {}): Promise<OpenCodeHome> {
    const home = new OpenCodeHome(root, userHome, folder);
    await mkdir(home.environment.userHome, { recursive: true });
    await mkdir(home.workspace.folder, { recursive: true });
    await mkdir(path.join(root, 'bin'), { recursive: true });
    const program = path.join(root, 'bin', 'opencode');
    await copyFile(path.join(import.meta.dirname, 'openCodeStandIn.mjs'), program);
    await copyFile(schema, path.join(root, 'bin', 'schema.sql'));
    await chmod(program, 0o755);
    return home;
  }

  get database(): string {
    return databaseFile(this.environment);
  }

  async write(use: (database: DatabaseSync) => void): Promise<void> {
    await mkdir(path.dirname(this.database), { recursive: true });
    const database = new DatabaseSync(this.database);
    try {
      database.exec(await readFile(schema, 'utf8'));
      use(database);
    } finally {
      database.close();
    }
  }

  /** Writes the session of a talk in `folder` (absolute), in which user and assistant say the words in turn. */
  async converse(id: string, words: readonly string[], folder = this.workspace.folder, parent: string | null = null): Promise<void> {
    await mkdir(folder, { recursive: true });
    const directory = await realpath(folder);
    const now = Date.now();
    await this.write((database) => {
      database.prepare("INSERT INTO session (id, parent_id, slug, directory, title, version, model, time_created, time_updated) VALUES (?, ?, 'slug', ?, ?, '1.18.33', '{\"id\":\"m\",\"providerID\":\"p\"}', ?, ?)")
        .run(id, parent, directory, words[0] ?? '', now, now);
      for (const [n, text] of words.entries()) {
        const [message, part] = [`msg_${n.toString(16).padStart(12, '0')}${id.slice(-14)}`, `prt_${n.toString(16).padStart(12, '0')}${id.slice(-14)}`];
        const data = n % 2 === 0 ? { role: 'user', time: { created: now + n } } : { role: 'assistant', time: { created: now + n, completed: now + n }, path: { cwd: directory, root: '/' } };
        database.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?)').run(message, id, now + n, now + n, JSON.stringify(data));
        database.prepare('INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)').run(part, message, id, now + n, now + n, JSON.stringify({ type: 'text', text }));
      }
    });
  }

  async setModified(id: string, milliseconds: number): Promise<void> {
    await this.write((database) => database.prepare('UPDATE session SET time_updated = ? WHERE id = ?').run(milliseconds, id));
  }

  /** A live process of the program's name in the folder, that has written into the session since it began, until `stop`. */
  async open(id: string): Promise<{ stop: () => Promise<void> }> {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'opencode'], { cwd: this.workspace.folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    await this.setModified(id, Date.now() + 1000);
    return {
      stop: async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  }
}
