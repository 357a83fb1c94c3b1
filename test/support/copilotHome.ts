/** A Copilot CLI home in a temporary folder, written as its program writes: for tests that need no program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { AgentEnvironment, Workspace } from '../../src/core/agents/agent.ts';
import { line, uuid } from './claudeHome.ts';

export class CopilotHome {
  readonly environment: AgentEnvironment;
  readonly workspace: Workspace;
  readonly base: string;

  private constructor(userHome: string, workspaceFolder: string) {
    this.environment = { userHome, env: {}, platform: process.platform };
    this.workspace = { folder: workspaceFolder };
    this.base = path.join(userHome, '.copilot');
  }

  /** @param root an existing folder; the home and a workspace `project` are made in it */
  static async create(root: string): Promise<CopilotHome> {
    const home = new CopilotHome(path.join(root, 'home'), path.join(root, 'work', 'project'));
    await mkdir(home.environment.userHome, { recursive: true });
    await mkdir(home.workspace.folder, { recursive: true });
    return home;
  }

  /** Writes a file below a session's folder; returns its path. */
  async write(id: string, file: string, content: string | Uint8Array): Promise<string> {
    const absolute = path.join(this.base, 'session-state', id, file);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
    return absolute;
  }

  /** Writes the session of a talk in `folder` (absolute); returns the path of its transcript. */
  async converse(id: string, words: readonly string[], folder = this.workspace.folder): Promise<string> {
    await mkdir(folder, { recursive: true });
    const cwd = await realpath(folder);
    await this.write(id, 'workspace.yaml', workspaceYaml({ id, cwd, git_root: await realpath(this.workspace.folder), name: words[0] ?? '' }));
    await this.write(id, 'checkpoints/index.md', '# Checkpoint History\n');
    return this.write(id, 'events.jsonl', talk(id, words, cwd));
  }

  /** A live process that has the conversation open, until `stop`. */
  async open(id: string): Promise<{ pid: number; stop: () => Promise<void> }> {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    await this.write(id, `inuse.${pid}.lock`, `${pid}\n`);
    await this.write(id, `inuse.${pid}.hold`, '');
    return {
      pid,
      stop: async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  }
}

export function workspaceYaml(fields: Readonly<Record<string, string>>): string {
  const own = { ...fields, client_name: 'github/cli', user_named: 'false', updated_at: '2026-01-02T03:04:05.000Z' };
  return Object.entries(own).map(([name, value]) => `${name}: ${value}\n`).join('');
}

export function event(n: number, type: string, data: object, fields: object = {}): object {
  return { type, data, ...fields, id: uuid(n), timestamp: new Date(Date.UTC(2026, 0, 2, 3, 4, n)).toISOString(), parentId: n === 0 ? null : uuid(n - 1) };
}

/** A transcript in which user and assistant say the words in turn. */
export function talk(id: string, words: readonly string[], cwd: string): string {
  const start = event(0, 'session.start', { sessionId: id, version: 1, producer: 'copilot-agent', copilotVersion: '1.0.102', context: { cwd, branch: 'main' } });
  const turns = words.map((content, n) => (n % 2 === 0
    ? event(n + 1, 'user.message', { content, transformedContent: `<current_datetime>now</current_datetime>\n\n${content}`, attachments: [] })
    : event(n + 1, 'assistant.message', { messageId: `m${n}`, model: 'model', content, toolRequests: [] })));
  return [start, ...turns].map(line).join('');
}
