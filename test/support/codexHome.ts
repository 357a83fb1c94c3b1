/** A Codex home in a temporary folder, written as its program writes: for tests that need no program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { AgentEnvironment, Workspace } from '../../src/core/agents/agent.ts';
import { newRolloutPath } from '../../src/core/agents/codex/store.ts';
import { line } from './claudeHome.ts';

export class CodexHome {
  readonly environment: AgentEnvironment;
  readonly workspace: Workspace;
  readonly base: string;

  private constructor(userHome: string, workspaceFolder: string) {
    this.environment = { userHome, env: {}, platform: process.platform };
    this.workspace = { folder: workspaceFolder };
    this.base = path.join(userHome, '.codex');
  }

  /** @param root an existing folder; the home and a workspace `project` are made in it */
  static async create(root: string): Promise<CodexHome> {
    return CodexHome.at(path.join(root, 'home'), path.join(root, 'work', 'project'));
  }

  /** In a home, for a workspace; both are made where they are not there. */
  static async at(userHome: string, workspaceFolder: string): Promise<CodexHome> {
    const home = new CodexHome(userHome, workspaceFolder);
    await mkdir(userHome, { recursive: true });
    await mkdir(workspaceFolder, { recursive: true });
    return home;
  }

  /** Writes a file below the base folder; returns its path. */
  async write(file: string, content: string | Uint8Array): Promise<string> {
    const absolute = path.resolve(this.base, file);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
    return absolute;
  }

  /** Writes a transcript of the records; returns its path. */
  async record(id: string, records: readonly object[]): Promise<string> {
    return this.write(newRolloutPath(this.base, id), records.map(line).join(''));
  }

  /** Writes a transcript of a talk in `folder` (absolute); returns its path. */
  async converse(id: string, words: readonly string[], folder = this.workspace.folder): Promise<string> {
    await mkdir(folder, { recursive: true });
    return this.record(id, talk(id, words, { cwd: await realpath(folder) }));
  }

  /** A live process that works on the conversation, until `stop`. */
  async open(id: string): Promise<{ stop: () => Promise<void> }> {
    const lock = await this.write(`thread-writer-locks/${id}.lock`, '');
    const handle = openSync(lock, 'r');
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore', handle] });
    await once(child, 'spawn');
    closeSync(handle);
    return {
      stop: async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
        await rm(lock, { force: true });
      },
    };
  }
}

/** The record of a kind with this ordinal. */
export function rollout(ordinal: number, type: string, payload: object): object {
  return { timestamp: new Date(Date.UTC(2026, 0, 2, 3, 4, ordinal)).toISOString(), ordinal, type, payload };
}

export function metaOf(id: string, fields: object = {}): object {
  return { session_id: id, id, timestamp: '2026-01-02T03:04:05.000Z', cwd: '/somewhere', originator: 'codex_exec', cli_version: '0.169.0', source: 'exec', model_provider: 'openai', base_instructions: { text: 'Be kind.' }, history_mode: 'paginated', ...fields };
}

export function said(role: 'user' | 'assistant' | 'developer', text: string, fields: object = {}): object {
  return { type: 'message', role, content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }], ...fields };
}

/** A transcript in which user and assistant say the words in turn. */
export function talk(id: string, words: readonly string[], meta: { cwd: string }): object[] {
  const payloads: [type: string, payload: object][] = [['session_meta', metaOf(id, meta)], ['response_item', said('user', '<environment_context>\n  <cwd>here</cwd>\n</environment_context>')]];
  words.forEach((text, n) => {
    if (n % 2 === 0) {
      payloads.push(['event_msg', { type: 'task_started' }], ['turn_context', { ...meta, model: 'gpt' }], ['response_item', said('user', text)], ['event_msg', { type: 'user_message', message: text }]);
    } else {
      payloads.push(['event_msg', { type: 'agent_message', message: text }], ['response_item', said('assistant', text)], ['event_msg', { type: 'task_complete', last_agent_message: text }]);
    }
  });
  return payloads.map(([type, payload], ordinal) => rollout(ordinal, type, payload));
}
