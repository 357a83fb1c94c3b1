/** A Qwen Code home in a temporary folder, written as its program writes: for tests that need no program. */
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { AgentEnvironment, Workspace } from '../../src/core/agents/agent.ts';
import { runProgram } from './runningProgram.ts';

export class QwenHome {
  readonly environment: AgentEnvironment;
  readonly workspace: Workspace;
  readonly base: string;
  readonly #transcripts = new Map<string, string>();

  private constructor(userHome: string, workspaceFolder: string) {
    this.environment = { userHome, env: {}, platform: process.platform };
    this.workspace = { folder: workspaceFolder };
    this.base = path.join(userHome, '.qwen');
  }

  /** @param root an existing folder; the home and a workspace `Pizza Shop` are made in it */
  static async create(root: string): Promise<QwenHome> {
    const home = new QwenHome(path.join(root, 'home'), path.join(root, 'work', 'Pizza Shop'));
    await mkdir(home.environment.userHome, { recursive: true });
    await mkdir(home.workspace.folder, { recursive: true });
    return home;
  }

  /** The project folder of an absolute folder, made when it is not there. */
  async projectFolder(folder = this.workspace.folder): Promise<string> {
    await mkdir(folder, { recursive: true });
    return path.join(this.base, 'projects', (await realpath(folder)).replaceAll(/[^a-zA-Z0-9]/g, '-'));
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
    const file = path.join(await this.projectFolder(folder), 'chats', `${id}.jsonl`);
    this.#transcripts.set(id, file);
    return this.write(file, talk(id, words, folder));
  }

  /** A live program that has the conversation open, until `stop`. */
  async open(id: string): Promise<{ stop: () => Promise<void> }> {
    return runProgram('qwen', { scratch: path.join(this.base, 'bin'), folder: this.workspace.folder, transcript: this.#transcripts.get(id) ?? '' });
  }
}

export function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}

export function record(n: number, type: string, parts: unknown, fields: object = {}): object {
  return {
    uuid: uuid(n), parentUuid: n === 0 ? null : uuid(n - 1), sessionId: 's', timestamp: time(n), type, cwd: '/w', version: '0.24.4',
    ...(parts === undefined ? {} : { message: { role: type === 'assistant' ? 'model' : 'user', parts: typeof parts === 'string' ? [{ text: parts }] : parts } }),
    ...fields,
  };
}

/** A transcript in which user and model say the words in turn. */
export function talk(id: string, words: readonly string[], cwd: string): string {
  return words.map((text, n) => line(record(n, n % 2 === 0 ? 'user' : 'assistant', text, { sessionId: id, cwd }))).join('');
}

export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function time(n: number): string {
  return new Date(Date.UTC(2026, 0, 2, 3, 4, n)).toISOString();
}
