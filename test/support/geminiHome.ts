/** A Gemini CLI home in a temporary folder, written as its program writes: for tests that need no program. */
import { createHash } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { AgentEnvironment, Workspace } from '../../src/core/agents/agent.ts';
import { runProgram } from './runningProgram.ts';

export class GeminiHome {
  readonly environment: AgentEnvironment;
  readonly workspace: Workspace;
  readonly base: string;
  readonly #transcripts = new Map<string, string>();
  readonly #slugs = new Map<string, string>();

  private constructor(userHome: string, workspaceFolder: string) {
    this.environment = { userHome, env: {}, platform: process.platform };
    this.workspace = { folder: workspaceFolder };
    this.base = path.join(userHome, '.gemini');
  }

  /** @param root an existing folder; the home and a workspace `Pizza Shop` are made in it */
  static async create(root: string): Promise<GeminiHome> {
    const home = new GeminiHome(path.join(root, 'home'), path.join(root, 'work', 'Pizza Shop'));
    await mkdir(home.environment.userHome, { recursive: true });
    await mkdir(home.workspace.folder, { recursive: true });
    return home;
  }

  /** The project folder of an absolute folder, claimed when it is not yet. */
  async projectFolder(folder = this.workspace.folder): Promise<string> {
    await mkdir(folder, { recursive: true });
    const root = await realpath(folder);
    const name = path.basename(root).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const taken = [...this.#slugs.values()].filter((slug) => slug.replace(/-\d+$/, '') === name).length;
    const slug = this.#slugs.get(root) ?? (taken === 0 ? name : `${name}-${taken}`);
    this.#slugs.set(root, slug);
    await this.write('projects.json', JSON.stringify({ projects: Object.fromEntries(this.#slugs) }, null, 2));
    await this.write(`history/${slug}/.project_root`, root);
    return path.dirname(await this.write(`tmp/${slug}/.project_root`, root));
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
    const file = path.join(await this.projectFolder(folder), 'chats', `session-2026-01-02T03-04-${id.slice(0, 8)}.jsonl`);
    this.#transcripts.set(id, file);
    return this.write(file, talk(id, words, folder));
  }

  /** A live program that has the conversation open, until `stop`. */
  async open(id: string, folder = this.workspace.folder): Promise<{ stop: () => Promise<void> }> {
    return runProgram('gemini', { scratch: path.join(this.base, 'bin'), folder, transcript: this.#transcripts.get(id) ?? '' });
  }
}

export function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}

export function header(id: string, fields: object = {}): object {
  return { sessionId: id, projectHash: createHash('sha256').update('/home/ada/Pizza Shop').digest('hex'), startTime: time(0), lastUpdated: time(0), kind: 'main', ...fields };
}

export function userRecord(n: number, content: unknown, fields: object = {}): object {
  return { id: messageId(n), timestamp: time(n), type: 'user', content: typeof content === 'string' ? [{ text: content }] : content, ...fields };
}

export function geminiRecord(n: number, content: unknown, fields: object = {}): object {
  return { id: messageId(n), timestamp: time(n), type: 'gemini', content, thoughts: [], tokens: { input: 100, output: 20, total: 120 }, model: 'gemini-2.5-flash', ...fields };
}

/** What the program tells the model of the machine before the first request. */
export function contextRecord(folder: string): object {
  return { $set: { messages: [userRecord(1000, `<session_context>\nWorkspace: ${folder}\n</session_context>`)], lastUpdated: time(0) } };
}

/** A transcript in which user and model say the words in turn. */
export function talk(id: string, words: readonly string[], folder: string): string {
  const records = words.flatMap((text, n) => [n % 2 === 0 ? userRecord(n, text) : geminiRecord(n, text), { $set: { lastUpdated: time(n) } }]);
  return [header(id), contextRecord(folder), ...records].map(line).join('');
}

export function messageId(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function time(n: number): string {
  return new Date(Date.UTC(2026, 0, 2, 3, 4, n)).toISOString();
}
