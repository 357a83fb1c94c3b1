/** Lists the conversations of a workspace. One unreadable session is a problem that is named, and hides no other. */
import * as path from 'node:path';

import type { FindResult, FoundConversation, Workspace } from '../agent.ts';
import { attempts } from '../attempts.ts';
import { regularFile } from '../files.ts';
import { oneLine } from '../oneLine.ts';
import { folderIn } from '../paths.ts';
import { isOpen, peek, readWorkspace } from './session.ts';
import { conversationIds, sessionFolder, sessionsFolder, transcriptName } from './store.ts';

const titleLength = 100;

export async function findConversations(agent: string, base: string, workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
  const { problems, tried } = attempts(signal);
  const ids = (await tried(sessionsFolder(base), () => conversationIds(base))) ?? [];
  const conversations: FoundConversation[] = [];
  for (const id of ids) {
    const found = await tried(sessionFolder(base, id), () => look(agent, base, id, workspace));
    conversations.push(...(found ? [found] : []));
  }
  return { conversations: conversations.sort((a, b) => b.modified - a.modified), problems };
}

/** Undefined for what is no conversation of this workspace. */
async function look(agent: string, base: string, id: string, workspace: Workspace): Promise<FoundConversation | undefined> {
  const transcript = path.join(sessionFolder(base, id), transcriptName);
  const file = await regularFile(transcript, base);
  if (!file || file.size === 0) {
    return undefined;
  }
  const told = await readWorkspace(base, id);
  const { cwd, title } = told.cwd === undefined || told.title === undefined ? { ...(await peek(transcript)), ...told } : told;
  const folder = cwd === undefined ? undefined : await folderIn(workspace, cwd);
  if (folder === undefined) {
    return undefined;
  }
  const { size, modified } = file;
  return { agent, id, transcript, folder, ...(title === undefined ? {} : { title: oneLine(title, titleLength) }), modified, size, running: await isOpen(base, id) };
}
