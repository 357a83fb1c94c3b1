/** The transcripts of project folders, and what a listing needs of each. */
import type { FileHandle } from 'node:fs/promises';
import * as path from 'node:path';

import { throwIfCancelled } from '../../common/errors.ts';
import type { TranscriptIssue } from '../../session/message.ts';
import { mentions, objectOf, readBeginning, readEnd, withFile } from '../fileEnds.ts';
import { entriesOf, regularFile } from '../files.ts';
import { readParts, readWhole } from '../transcriptParts.ts';
import type { Project } from './projects.ts';
import { chatsFolder, isTranscriptName, mayBeOf } from './store.ts';
import { TranscriptReader } from './transcript.ts';

export interface Chat {
  id: string;
  title?: string;
  /** False for what the program leaves behind where nobody said anything. */
  hasMessages: boolean;
  transcript: string;
  project: Project;
  size: number;
  modified: number;
}

export class Chats {
  readonly #base: string;
  /** What was read of transcripts, so that looking again at one that did not change costs one `stat`. */
  readonly #known = new Map<string, Chat>();

  constructor(base: string) {
    this.#base = base;
  }

  /** Of all that have words. What cannot be read, or says not whose it is, is a problem and hides no other. */
  async list(projects: readonly Project[], problems: TranscriptIssue[], signal?: AbortSignal): Promise<Chat[]> {
    const chats: Chat[] = [];
    for (const project of projects) {
      const names = await this.#names(project, problems);
      for (const name of names) {
        throwIfCancelled(signal);
        const file = path.join(chatsFolder(project.folder), name);
        try {
          const chat = await this.#look(file, project);
          chats.push(...(chat?.hasMessages === true ? [chat] : []));
        } catch {
          problems.push({ kind: 'unreadable-file', file });
        }
      }
    }
    return chats;
  }

  /** The newest first: that is the one which the program takes. */
  async withId(id: string, projects: readonly Project[]): Promise<Chat[]> {
    const chats: Chat[] = [];
    for (const project of projects) {
      for (const name of (await this.#names(project, [])).filter((each) => mayBeOf(id, each))) {
        const chat = await this.#look(path.join(chatsFolder(project.folder), name), project).catch(() => undefined);
        chats.push(...(chat?.id === id && chat.hasMessages ? [chat] : []));
      }
    }
    return chats.sort((a, b) => b.modified - a.modified);
  }

  async #names({ folder }: Project, problems: TranscriptIssue[]): Promise<string[]> {
    try {
      return (await entriesOf(chatsFolder(folder))).map(({ name }) => name).filter(isTranscriptName);
    } catch {
      problems.push({ kind: 'unreadable-file', file: chatsFolder(folder) });
      return [];
    }
  }

  /** Undefined for what is empty or no file; throws for what names no conversation. */
  async #look(transcript: string, project: Project): Promise<Chat | undefined> {
    const file = await regularFile(transcript, this.#base);
    if (!file || file.size === 0) {
      return undefined;
    }
    const known = this.#known.get(transcript);
    if (known?.size === file.size && known.modified === file.modified) {
      return known;
    }
    const { sessionId, kind, title, hasMessages } = await withFile(transcript, peek);
    if (sessionId === undefined) {
      throw new Error('The transcript names no conversation.');
    }
    const chat: Chat = { id: sessionId, ...(title === undefined ? {} : { title }), hasMessages: hasMessages && kind !== 'subagent', transcript, project, ...file };
    this.#known.set(transcript, chat);
    return chat;
  }
}

async function peek(handle: FileHandle): Promise<TranscriptReader> {
  const reader = new TranscriptReader();
  await readBeginning(handle, (value) => reader.add(value), () => reader.sessionId !== undefined && reader.title !== undefined);
  if (reader.records === 0) {
    // One document over many lines.
    await readWhole(readParts(reader, handle.createReadStream({ start: 0, autoClose: false })));
  }
  for (const line of await readEnd(handle)) {
    const value = mentions(line, '"summary"') ? objectOf(line) : undefined;
    if (value) {
      reader.add(value);
    }
  }
  return reader;
}
