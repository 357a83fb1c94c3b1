/** VS Code's own chat, such as that of GitHub Copilot: read, shown and saved; into its store goes nothing (see `store`). */
import { createReadStream } from 'node:fs';
import * as path from 'node:path';

import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Transcript, TranscriptIssue, TranscriptPart } from '../../session/message.ts';
import type { Agent, AgentEnvironment, ConversationFile, FindResult, FoundConversation, Workspace } from '../agent.ts';
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
    const problems: TranscriptIssue[] = [];
    const conversations: FoundConversation[] = [];
    const top = await resolveLinks(workspace.folder);
    const tried = async <T>(file: string, read: () => Promise<T>, otherwise: T): Promise<T> => {
      throwIfCancelled(signal);
      try {
        return await read();
      } catch {
        throwIfCancelled(signal);
        problems.push({ kind: 'unreadable-file', file });
        return otherwise;
      }
    };
    for (const storages of this.#storageFolders) {
      for (const storage of await tried(storages, () => subfolders(storages), [])) {
        const opened = await tried(storage, () => folderOf(storage), undefined);
        const folder = opened === undefined ? undefined : relativeInside(top, await resolveLinks(opened));
        const chats = path.join(storage, 'chatSessions');
        for (const { name } of folder === undefined ? [] : await tried(chats, () => entriesOf(chats), [])) {
          const transcript = path.join(chats, name);
          const found = await tried(transcript, () => this.#look(transcript, folder ?? '', signal), undefined);
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
    yield { ...(state ? readChat(state) : { messages: [] }), issues, size };
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

  /** Undefined for what is no chat, and for one in which nothing was said. */
  async #look(transcript: string, folder: string, signal?: AbortSignal): Promise<FoundConversation | undefined> {
    const id = chatIdOf(path.basename(transcript));
    const file = id === undefined ? undefined : await regularFile(transcript, path.dirname(transcript));
    if (id === undefined || !file || file.size === 0) {
      return undefined;
    }
    const before = this.#seen.get(transcript);
    let seen = before?.size === file.size && before.modified === file.modified ? before : undefined;
    if (!seen) {
      const { messages, title } = await this.read(createReadStream(transcript), signal);
      seen = { ...file, messages: messages.length, ...(title === undefined ? {} : { title }) };
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
