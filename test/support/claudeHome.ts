/** A Claude Code home in a temporary folder, written as its program writes: for tests that need no program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { AgentEnvironment, Workspace } from '../../src/core/agents/agent.ts';
import { projectFolderName } from '../../src/core/agents/claudeCode/projectFolder.ts';

export class ClaudeHome {
  readonly environment: AgentEnvironment;
  readonly workspace: Workspace;
  readonly base: string;

  private constructor(userHome: string, workspaceFolder: string) {
    this.environment = { userHome, env: {}, platform: process.platform };
    this.workspace = { folder: workspaceFolder };
    this.base = path.join(userHome, '.claude');
  }

  /** @param root an existing folder; the home and a workspace `project` are made in it */
  static async create(root: string): Promise<ClaudeHome> {
    const home = new ClaudeHome(path.join(root, 'home'), path.join(root, 'work', 'project'));
    await mkdir(home.environment.userHome, { recursive: true });
    await mkdir(home.workspace.folder, { recursive: true });
    return home;
  }

  /** The project folder of an absolute folder, made when it is not there. */
  async projectFolder(folder = this.workspace.folder): Promise<string> {
    await mkdir(folder, { recursive: true });
    const projectFolder = path.join(this.base, 'projects', projectFolderName(await realpath(folder)));
    await mkdir(projectFolder, { recursive: true });
    return projectFolder;
  }

  /** Writes a file below the base folder; returns its path. */
  async write(file: string, content: string | Uint8Array): Promise<string> {
    const absolute = path.resolve(this.base, file);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
    return absolute;
  }

  /** Writes a transcript of a talk in `folder` (absolute); returns its path. */
  async converse(id: string, words: readonly string[], folder = this.workspace.folder): Promise<string> {
    return this.write(path.join(await this.projectFolder(folder), `${id}.jsonl`), talk(id, words, folder));
  }

  /** A live process that has the conversation open, until `stop`. */
  async open(id: string): Promise<{ pid: number; stop: () => Promise<void> }> {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    await this.write(`sessions/${pid}.json`, JSON.stringify({ pid, sessionId: id, cwd: this.workspace.folder, status: 'idle' }));
    return {
      pid,
      stop: async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  }
}

/** A uuid that is the same for the same number. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}

export function userRecord(n: number, content: unknown, fields: object = {}): object {
  return { parentUuid: n === 0 ? null : uuid(n - 1), isSidechain: false, type: 'user', message: { role: 'user', content }, uuid: uuid(n), timestamp: time(n), ...fields };
}

export function assistantRecord(n: number, messageId: string, content: unknown, fields: object = {}): object {
  return { parentUuid: uuid(n - 1), isSidechain: false, type: 'assistant', message: { id: messageId, role: 'assistant', content, usage: { output_tokens: 1 } }, uuid: uuid(n), timestamp: time(n), ...fields };
}

/** A transcript in which user and assistant say the words in turn. */
export function talk(id: string, words: readonly string[], cwd: string): string {
  const fields = { sessionId: id, cwd, gitBranch: 'main', version: '2.1.329' };
  return words
    .map((text, n) => (n % 2 === 0 ? userRecord(n, text, fields) : assistantRecord(n, `msg_${n}`, [{ type: 'text', text }], fields)))
    .map(line)
    .join('');
}

function time(n: number): string {
  return new Date(Date.UTC(2026, 0, 2, 3, 4, n)).toISOString();
}
