/** Lists the conversations of a workspace, each with its files made. One that cannot be read is a problem that is named, and hides no other. */
import { stat } from 'node:fs/promises';

import type { FindResult, FoundConversation, Workspace } from '../agent.ts';
import { attempts } from '../attempts.ts';
import { oneLine } from '../oneLine.ts';
import { folderIn } from '../paths.ts';
import { mayHaveOpen, type RunningProgram, runningPrograms } from '../runningPrograms.ts';
import { withDatabase } from './database.ts';
import type { Mirror } from './mirror.ts';
import { listSessions, type SessionRow } from './rows.ts';
import { isConversationId } from './store.ts';

const titleLength = 100;
/** What the program calls a session that has no title yet. */
const noTitle = /^(New|Child) session - \d{4}-/;

export interface Store {
  agent: string;
  database: string;
  mirror: Mirror;
  platform: NodeJS.Platform;
}

export async function findConversations(store: Store, workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
  const { problems, tried } = attempts(signal);
  const sessions = (await tried(store.database, () => withDatabase(store.database, listSessions))) ?? [];
  const programs = sessions.length === 0 ? [] : await runningPrograms('opencode', store.platform);
  const conversations: FoundConversation[] = [];
  for (const session of sessions.filter(({ id }) => isConversationId(id))) {
    const found = await tried(`${store.database} ${session.id}`, () => look(store, session, { workspace, programs }));
    conversations.push(...(found ? [found] : []));
  }
  return { conversations, problems };
}

/** Undefined for what is no conversation of this workspace, or says nothing yet. */
async function look(store: Store, session: SessionRow, { workspace, programs }: { workspace: Workspace; programs: readonly RunningProgram[] | undefined }): Promise<FoundConversation | undefined> {
  const { id, directory, title, modified } = session;
  const folder = await folderIn(workspace, directory);
  if (folder === undefined) {
    return undefined;
  }
  await store.mirror.refresh(id);
  const transcript = store.mirror.place(id, 'transcript.jsonl');
  const { size } = await stat(transcript);
  const told = noTitle.test(title) ? {} : { title: oneLine(title, titleLength) };
  return size === 0 ? undefined : { agent: store.agent, id, transcript, folder, ...told, modified, size, running: mayHaveOpen(programs, { folder: directory, modified }) };
}

/**
 * The program notes nowhere what it has open, and has any number of sessions open at once: one that has run in the folder
 * since before the last change may be at it (measured on 1.18.33).
 */
export async function isOpen(platform: NodeJS.Platform, { directory, modified }: SessionRow): Promise<boolean> {
  return mayHaveOpen(await runningPrograms('opencode', platform), { folder: directory, modified });
}
