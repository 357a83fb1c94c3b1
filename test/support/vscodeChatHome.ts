/** A VS Code with chats in a temporary folder, written as it writes them: for tests that need no VS Code. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { AgentEnvironment, Workspace } from '../../src/core/agents/agent.ts';

export class VscodeChatHome {
  readonly environment: AgentEnvironment;
  readonly workspace: Workspace;
  readonly storages: string;

  private constructor(root: string) {
    const userHome = path.join(root, 'home');
    this.environment = { userHome, env: {}, platform: 'linux' };
    this.workspace = { folder: path.join(root, 'work', 'pizza shop ü') };
    this.storages = path.join(userHome, '.config', 'Code', 'User', 'workspaceStorage');
  }

  /** @param root an existing folder */
  static async create(root: string): Promise<VscodeChatHome> {
    const home = new VscodeChatHome(root);
    await mkdir(home.environment.userHome, { recursive: true });
    await mkdir(home.workspace.folder, { recursive: true });
    return home;
  }

  /** Writes a chat of a window with `folder` (absolute) open; returns its path. */
  async converse(id: string, words: readonly string[], folder = this.workspace.folder): Promise<string> {
    await mkdir(folder, { recursive: true });
    return writeChat(this.storages, id, words, folder);
  }
}

/** Writes it to a folder `workspaceStorage`, as a window with `folder` (absolute) open does; returns its path. */
export async function writeChat(storages: string, id: string, words: readonly string[], folder: string): Promise<string> {
  const uri = pathToFileURL(folder).href;
  const storage = path.join(storages, createHash('md5').update(uri).digest('hex'));
  await mkdir(path.join(storage, 'chatSessions'), { recursive: true });
  await writeFile(path.join(storage, 'workspace.json'), JSON.stringify({ folder: uri }));
  const file = path.join(storage, 'chatSessions', `${id}.jsonl`);
  await writeFile(file, chatLog(id, words));
  return file;
}

/** A log of a chat, in which each request is answered in a line of its own. */
export function chatLog(id: string, words: readonly string[]): string {
  const lines: object[] = [{ kind: 0, v: { version: 3, creationDate: 1_750_000_000_000, responderUsername: 'GitHub Copilot', initialLocation: 'panel', sessionId: id, requests: [] } }];
  for (const [index, said] of words.entries()) {
    const request = Math.floor(index / 2);
    lines.push(index % 2 === 0
      ? { kind: 2, k: ['requests'], v: [{ requestId: `request_${request}`, timestamp: 1_750_000_000_000 + request, message: { text: said, parts: [] }, variableData: { variables: [] }, response: [] }] }
      : { kind: 2, k: ['requests', request, 'response'], v: [{ value: said }] });
  }
  return lines.map((each) => `${JSON.stringify(each)}\n`).join('');
}
