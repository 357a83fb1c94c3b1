/**
 * Where GitHub Copilot CLI keeps things, relative to its base folder (`COPILOT_HOME`, else `~/.copilot`), as measured on 1.0.102:
 *
 *     session-state/<id>/events.jsonl       the transcript, only ever added to
 *     session-state/<id>/workspace.yaml     where it ran, its title; resuming goes there
 *     session-state/<id>/checkpoints/…  files/…  research/…  rewind-file-snapshots/…
 *     session-state/<id>/session.db         lists of tasks; with a `-wal` beside it while it is open
 *     session-state/<id>/inuse.<pid>.lock   a live process has it open; `.hold` and other locks beside it
 *     session-store.db                      an index of all conversations, made anew where one is missing
 *
 * A session stores the transcript as `transcript.jsonl` and every other file but locks and open databases as `session/…`.
 */
import * as path from 'node:path';

import type { AgentEnvironment } from '../agent.ts';
import { entriesOf } from '../files.ts';
import { isSafeName, unsafePath } from '../paths.ts';

export const transcriptName = 'events.jsonl';
export const workspaceName = 'workspace.yaml';
/** Logical name of `workspace.yaml`. */
export const workspacePath = `session/${workspaceName}`;

export function baseFolder(environment: AgentEnvironment): string {
  const configured = environment.env['COPILOT_HOME'];
  return configured === undefined || configured === '' ? path.join(environment.userHome, '.copilot') : path.resolve(environment.userHome, configured);
}

export function sessionFolder(base: string, id: string): string {
  return path.join(sessionsFolder(base), id);
}

export function sessionsFolder(base: string): string {
  return path.join(base, 'session-state');
}

/** Ids of everything that may be a conversation. */
export async function conversationIds(base: string): Promise<string[]> {
  const entries = await entriesOf(sessionsFolder(base));
  return entries.filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && isConversationId(entry.name)).map(({ name }) => name);
}

/** A conversation's id is also the name of a folder, so it is plain: nothing that could name another place. */
export function isConversationId(id: string): boolean {
  return /^[0-9A-Za-z_-]{1,200}$/.test(id) && isSafeName(id);
}

/** The number of the process that a file of a session's folder says has it open; undefined for any other file. */
export function holderOf(fileName: string): number | undefined {
  const pid = /^inuse\.([1-9]\d{0,9})\.lock$/.exec(fileName)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Whether a file or folder that lies in a session's folder is stored, under `session/`. */
export function isSidecar(name: string, platform: NodeJS.Platform): boolean {
  return name !== transcriptName && isSafeName(name, platform) && !/^\.|^inuse\.|\.lock$|^session\.db-/.test(name);
}

/** @throws ConvoSyncError `install-failed` for a name that could lead out of its place, or is none */
export function placeOf(base: string, id: string, logicalPath: string, platform: NodeJS.Platform): string {
  const [room, first, ...rest] = logicalPath.split('/');
  if (isConversationId(id) && logicalPath === 'transcript.jsonl') {
    return path.join(sessionFolder(base, id), transcriptName);
  }
  if (isConversationId(id) && room === 'session' && first !== undefined && isSidecar(first, platform) && rest.every((name) => isSafeName(name, platform))) {
    return path.join(sessionFolder(base, id), first, ...rest);
  }
  throw unsafePath(id, logicalPath);
}
