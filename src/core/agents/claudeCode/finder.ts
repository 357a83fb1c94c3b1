/**
 * Lists the conversations of a workspace. One unreadable folder or file is a problem that is named, and hides no
 * other. One id in two project folders: the longer is listed and the other is named, for the agent finds neither.
 */
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';

import type { FindResult, FoundConversation, Workspace } from '../agent.ts';
import { attempts } from '../attempts.ts';
import { entriesOf, regularFile } from '../files.ts';
import { liveSessions } from './liveSessions.ts';
import { Ownership } from './ownership.ts';
import type { Peek } from './peek.ts';
import { peek } from './peek.ts';
import { conversationIdOf, projectFolders, projectsFolder } from './store.ts';

export class ConversationFinder {
  readonly #agent: string;
  readonly #base: string;
  readonly #platform: NodeJS.Platform;
  /** What was read of transcripts, so that looking again at one that did not change costs one `stat`. */
  readonly #peeks = new Map<string, Peek & { size: number; modified: number }>();

  constructor(agent: string, base: string, platform: NodeJS.Platform) {
    this.#agent = agent;
    this.#base = base;
    this.#platform = platform;
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    const { problems, tried } = attempts(signal);

    const ownership = await tried(workspace.folder, () => Ownership.of(workspace, this.#platform));
    const live = (await tried(path.join(this.#base, 'sessions'), () => liveSessions(this.#base))) ?? new Set();
    const folders = (await tried(projectsFolder(this.#base), () => projectFolders(this.#base))) ?? [];
    const found = new Map<string, FoundConversation>();
    for (const folder of folders.filter((candidate) => ownership?.mayOwn(path.basename(candidate)))) {
      for (const { name } of (await tried(folder, () => entriesOf(folder))) ?? []) {
        const transcript = path.join(folder, name);
        const conversation = await tried(transcript, async () => ownership && this.#look(transcript, ownership, live));
        const other = conversation && found.get(conversation.id);
        if (other && (await areTwoFiles(transcript, other.transcript))) {
          problems.push({ kind: 'unreadable-file', file: conversation.size > other.size ? other.transcript : transcript });
        }
        if (conversation && conversation.size > (other?.size ?? 0)) {
          found.set(conversation.id, conversation);
        }
      }
    }
    return { conversations: [...found.values()].sort((a, b) => b.modified - a.modified), problems };
  }

  /** Undefined for what is no conversation of this workspace. */
  async #look(transcript: string, ownership: Ownership, live: ReadonlySet<unknown>): Promise<FoundConversation | undefined> {
    const id = conversationIdOf(path.basename(transcript));
    const file = id === undefined ? undefined : await regularFile(transcript, this.#base);
    if (id === undefined || !file || file.size === 0) {
      return undefined;
    }
    const { size, modified } = file;
    const known = this.#peeks.get(transcript);
    const seen = known?.size === size && known.modified === modified ? known : { ...(await peek(transcript)), size, modified };
    this.#peeks.set(transcript, seen);
    const folder = await ownership.folderOf(path.basename(path.dirname(transcript)), seen.workingDirectories);
    if (folder === undefined) {
      return undefined;
    }
    const title = seen.title === undefined ? {} : { title: seen.title };
    return { agent: this.#agent, id, transcript, folder, ...title, modified, size, running: live.has(id) };
  }
}

/** False when a project folder is a link to the other, as people make when they rename a workspace. */
async function areTwoFiles(one: string, other: string): Promise<boolean> {
  return (await realpath(one)) !== (await realpath(other));
}
