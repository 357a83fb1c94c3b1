/** Lists the conversations of a workspace. One unreadable folder or file is a problem that is named, and hides no other. */
import * as path from 'node:path';

import type { TranscriptIssue } from '../../session/message.ts';
import type { FoundConversation } from '../agent.ts';
import { attempts } from '../attempts.ts';
import { mentions, objectOf, readBeginning, readEnd, withFile } from '../fileEnds.ts';
import { entriesOf, regularFile } from '../files.ts';
import { relativeInside } from '../paths.ts';
import { conversationIdOf, projectName } from './store.ts';
import { TranscriptReader } from './transcript.ts';

/** A transcript as the program sees it. */
export interface Seen {
  id: string;
  transcript: string;
  /** The working directory in which the program lists it: what the first record names, or the repository of a worktree of its own. */
  root: string;
  title?: string;
  size: number;
  modified: number;
}

/** Undefined for what is no conversation, and for one that the program does not see where it lies. */
export async function look(transcript: string, base: string, platform: NodeJS.Platform): Promise<Seen | undefined> {
  const id = conversationIdOf(path.basename(transcript));
  const file = id === undefined ? undefined : await regularFile(transcript, base);
  if (id === undefined || !file || file.size === 0) {
    return undefined;
  }
  const { title, workingDirectory } = await withFile(transcript, async (handle) => {
    const reader = new TranscriptReader();
    await readBeginning(handle, (value) => reader.add(value), () => reader.workingDirectory !== undefined && reader.title !== undefined);
    for (const line of await readEnd(handle)) {
      const value = mentions(line, '"custom_title"') ? objectOf(line) : undefined;
      if (value) {
        reader.add(value);
      }
    }
    return reader;
  });
  const root = workingDirectory?.replace(/[\\/]\.qwen[\\/]worktrees[\\/].*$/, '');
  const projectFolder = path.basename(path.dirname(path.dirname(transcript)));
  return root !== undefined && projectName(root, platform) === projectFolder ? { id, transcript, root, ...(title === undefined ? {} : { title }), ...file } : undefined;
}

/** @param roots of the workspace */
export async function findTranscripts(roots: readonly string[], base: string, platform: NodeJS.Platform, signal?: AbortSignal): Promise<{ found: (Seen & Pick<FoundConversation, 'folder'>)[]; problems: TranscriptIssue[] }> {
  const { problems, tried } = attempts(signal);
  const found: (Seen & Pick<FoundConversation, 'folder'>)[] = [];
  const projects = path.join(base, 'projects');
  for (const { name } of (await tried(projects, () => entriesOf(projects))) ?? []) {
    const chats = path.join(projects, name, 'chats');
    const mayBelong = roots.some((root) => name.startsWith(projectName(root, platform)));
    for (const entry of mayBelong ? (await tried(chats, () => entriesOf(chats))) ?? [] : []) {
      const transcript = path.join(chats, entry.name);
      const seen = await tried(transcript, () => look(transcript, base, platform));
      const folder = seen && roots.map((root) => relativeInside(root, seen.root)).find((relative) => relative !== undefined);
      if (seen && folder !== undefined) {
        found.push({ ...seen, folder });
      }
    }
  }
  return { found, problems };
}
