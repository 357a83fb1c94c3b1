/** VS Code's own chat, such as that of GitHub Copilot: read, shown and saved; into its store goes nothing (see `store`). */
import { createReadStream } from 'node:fs';
import * as path from 'node:path';

import { ConvoSyncError } from '../../common/errors.ts';
import type { Transcript, TranscriptIssue, TranscriptPart } from '../../session/message.ts';
import type { Agent, AgentEnvironment, ConversationFile, FindResult, FoundConversation, Workspace } from '../agent.ts';
import { attempts } from '../attempts.ts';
import { entriesOf, filesToCapture, regularFile } from '../files.ts';
import { JsonLinesReader, linesOf } from '../jsonLines.ts';
import { relativeInside, resolveLinks } from '../paths.ts';
import { readWhole } from '../transcriptParts.ts';
import { card } from './card.ts';
import { MutationLog } from './mutationLog.ts';
import { readChat } from './requests.ts';
import { chatIdOf, folderOf, storageFolders, subfolders } from './store.ts';

export class VscodeChatAgent implements Agent {
  readonly id = card.id;
  readonly name = card.name;
  readonly fidelity = card.fidelity;
  readonly forkId = card.forkId;
  readonly resumeCommand = card.resumeCommand;

  readonly #storageFolders: readonly string[];
  /** What was read of chats, so that looking again at one that did not change costs one `stat`. */
  readonly #seen = new Map<string, { size: number; modified: number; title?: string; messages: number }>();

  constructor(environment: AgentEnvironment) {
    this.#storageFolders = storageFolders(environment);
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    const { problems, tried } = attempts(signal);
    const conversations: FoundConversation[] = [];
    const top = await resolveLinks(workspace.folder);
    for (const storages of this.#storageFolders) {
      for (const storage of (await tried(storages, () => subfolders(storages))) ?? []) {
        const opened = await tried(storage, () => folderOf(storage));
        const folder = opened === undefined ? undefined : relativeInside(top, await resolveLinks(opened));
        const chats = path.join(storage, 'chatSessions');
        for (const { name } of folder === undefined ? [] : (await tried(chats, () => entriesOf(chats))) ?? []) {
          const transcript = path.join(chats, name);
          const found = await tried(transcript, () => this.#look(transcript, folder ?? '', signal));
          conversations.push(...(found ? [found] : []));
        }
      }
    }
    return { conversations: conversations.sort((a, b) => b.modified - a.modified), problems };
  }

  async files({ transcript }: FoundConversation): Promise<ConversationFile[]> {
    // A window may be adding to it at any time.
    return filesToCapture([`transcript${path.extname(transcript)}`, transcript], { base: path.dirname(transcript), running: true }, () => Promise.resolve([]));
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readWhole(this.readParts(transcript, signal));
  }

  /** One part: any later line may change what an earlier one said. */
  async *readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<TranscriptPart> {
    const { state, issues, size } = await replay(transcript, signal);
    const { messages, title } = readChat(state ?? {});
    yield { messages, ...(title === undefined ? {} : { title }), issues, size };
  }

  place(id: string): Promise<string> {
    return Promise.reject(new ConvoSyncError('install-failed', 'VS Code’s chat takes nothing from outside into its store.', { details: { reason: 'only-shown', id } }));
  }

  /** Nothing of its is ever changed. */
  isRunning(): Promise<boolean> {
    return Promise.resolve(false);
  }

  verify(): Promise<{ visible: boolean; reason?: string }> {
    return Promise.resolve({ visible: false, reason: 'only-shown' });
  }

  /** Undefined for what is no chat, and for one in which nothing was said that belongs to the work. */
  async #look(transcript: string, folder: string, signal?: AbortSignal): Promise<FoundConversation | undefined> {
    const id = chatIdOf(path.basename(transcript));
    const file = id === undefined ? undefined : await regularFile(transcript, path.dirname(transcript));
    if (id === undefined || !file || file.size === 0) {
      return undefined;
    }
    const before = this.#seen.get(transcript);
    let seen = before?.size === file.size && before.modified === file.modified ? before : undefined;
    if (!seen) {
      const { state } = await replay(createReadStream(transcript), signal);
      const { messages, title, isAboutSessions } = readChat(state ?? {});
      seen = { ...file, messages: isAboutSessions ? 0 : messages.length, ...(title === undefined ? {} : { title }) };
      this.#seen.set(transcript, seen);
    }
    const title = seen.title === undefined ? {} : { title: seen.title };
    return seen.messages === 0 ? undefined : { agent: this.id, id, transcript, folder, ...title, modified: file.modified, size: file.size, running: false };
  }
}

async function replay(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<{ state: MutationLog['state']; issues: TranscriptIssue[]; size: number }> {
  const log = new MutationLog();
  const reader = new JsonLinesReader((value) => log.add(value));
  let size = 0;
  for await (const line of linesOf(transcript, signal)) {
    reader.read(line);
    size += line.size;
  }
  // Older versions write the state as a document of many lines.
  const issues = reader.finish().filter(({ kind }) => kind !== 'not-line-delimited');
  return { state: log.state, issues, size };
}
