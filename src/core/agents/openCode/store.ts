/**
 * Where OpenCode keeps things, as measured on 1.18.33: one SQLite database (`OPENCODE_DB`, else `opencode/opencode.db` in the
 * data folder of XDG) with a row per session, message and part of a message; a sub-agent is a session with a parent. It is
 * only read here. What goes into it goes through the program itself (see `program`).
 *
 * A conversation is stored as files that are made from those rows, the same from the same rows (see `rows`):
 *
 *     transcript.jsonl        a line per message, with its parts
 *     session.json            the session: title, folder, model
 *     agents/<id>.jsonl  agents/<id>.json    the same of sub-agents
 *
 * Lists of tasks, shares and the program's snapshots of files are not part of it: `opencode export` gives none of them away.
 */
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';

import type { AgentEnvironment } from '../agent.ts';
import { isSafeName, unsafePath } from '../paths.ts';

export function databaseFile({ env, userHome }: AgentEnvironment): string {
  const { XDG_DATA_HOME: dataHome = '', OPENCODE_DB: configured = '' } = env;
  const folder = path.join(path.isAbsolute(dataHome) ? dataHome : path.join(userHome, '.local', 'share'), 'opencode');
  return path.resolve(folder, configured === '' ? 'opencode.db' : configured);
}

export function isConversationId(id: string): boolean {
  return /^ses_[0-9A-Za-z]{1,100}$/.test(id);
}

/** Shaped as the program shapes one. */
export function newSessionId(): string {
  return `ses_${randomBytes(6).toString('hex')}${suffixFrom(randomBytes(14))}`;
}

/** The last part of an id. */
export function suffixFrom(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 14)].map((byte) => letters[byte % letters.length]).join('');
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export interface FilesOfSession {
  transcript: string;
  session: string;
}

/** Logical names; of a sub-agent by its own id. */
export function logicalNames(subAgent?: string): FilesOfSession {
  return subAgent === undefined ? { transcript: 'transcript.jsonl', session: 'session.json' } : { transcript: `agents/${subAgent}.jsonl`, session: `agents/${subAgent}.json` };
}

/** The sub-agent whose transcript has this name; undefined for any other name. */
export function subAgentOf(logicalPath: string): string | undefined {
  const id = /^agents\/(.+)\.jsonl$/.exec(logicalPath)?.[1];
  return id !== undefined && isConversationId(id) ? id : undefined;
}

/** @throws ConvoSyncError `install-failed` for a name that could lead out of its place, or is none */
export function placeOf(folder: string, id: string, logicalPath: string): string {
  const subAgent = /^agents\/(ses_[0-9A-Za-z]{1,100})\.jsonl?$/.exec(logicalPath);
  if (isConversationId(id) && isSafeName(id) && (logicalPath === 'transcript.jsonl' || logicalPath === 'session.json' || subAgent)) {
    return path.join(folder, id, ...logicalPath.split('/'));
  }
  throw unsafePath(id, logicalPath);
}
