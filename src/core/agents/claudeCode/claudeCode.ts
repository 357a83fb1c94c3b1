/** Claude Code: conversations as plain files under its own folder, copied byte for byte (see `store` for the layout). */
import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';

import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Transcript, TranscriptIssue } from '../../session/message.ts';
import type { Agent, AgentEnvironment, ConversationFile, FindResult, FoundConversation, ResumeCommand, Workspace } from '../agent.ts';
import { conversationFiles } from './conversationFiles.ts';
import { liveSessions } from './liveSessions.ts';
import { placeOf } from './logicalPaths.ts';
import { Ownership } from './ownership.ts';
import type { Peek } from './peek.ts';
import { hasRecord, peek } from './peek.ts';
import { projectFolderName } from './projectFolder.ts';
import { baseFolder, conversationIdOf, entriesOf, isConversationId, regularFile, resolveLinks, runFolder } from './store.ts';
import { readTranscript } from './transcript.ts';

const agentId = 'claude-code';

export class ClaudeCodeAgent implements Agent {
  readonly id = agentId;
  readonly name = 'Claude Code';
  readonly fidelity = 'bytes';

  readonly #base: string;
  readonly #platform: NodeJS.Platform;
  /** What was read of unchanged transcripts, so that looking again costs one `stat` each. */
  readonly #peeks = new Map<string, Peek & { size: number; modified: number }>();

  constructor(environment: AgentEnvironment) {
    this.#base = baseFolder(environment);
    this.#platform = environment.platform;
  }

  /** One id in two project folders: the longer one is listed and the other is a problem, for the agent finds neither. */
  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    const problems: TranscriptIssue[] = [];
    const found = new Map<string, FoundConversation>();
    const tried = async <T>(file: string, read: () => Promise<T>): Promise<T | undefined> => {
      throwIfCancelled(signal);
      try {
        return await read();
      } catch {
        problems.push({ kind: 'unreadable-file', file });
        return undefined;
      }
    };
    const ownership = await tried(workspace.folder, () => Ownership.of(workspace, this.#platform));
    const live = (await tried(path.join(this.#base, 'sessions'), () => liveSessions(this.#base))) ?? new Set();
    for (const projectFolder of (await tried(this.#projects, () => this.#projectFolders())) ?? []) {
      if (!ownership?.mayOwn(path.basename(projectFolder))) {
        continue;
      }
      for (const entry of (await tried(projectFolder, () => entriesOf(projectFolder))) ?? []) {
        const id = conversationIdOf(entry.name);
        if (id === undefined) {
          continue;
        }
        const transcript = path.join(projectFolder, entry.name);
        const conversation = await tried(transcript, () => this.#look(id, transcript, ownership, live.has(id)));
        const other = found.get(id);
        if (conversation && other && (await areTwoFiles(transcript, other.transcript))) {
          problems.push({ kind: 'unreadable-file', file: conversation.size > other.size ? other.transcript : transcript });
        }
        if (conversation && conversation.size > (other?.size ?? 0)) {
          found.set(id, conversation);
        }
      }
    }
    return { conversations: [...found.values()].sort((a, b) => b.modified - a.modified), problems };
  }

  async files(conversation: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
    return conversationFiles(conversation, this.#base, await this.isRunning(conversation.id), signal);
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readTranscript(transcript, signal);
  }

  /**
   * Claude Code finds no conversation whose id lies in two project folders. So one that is already in another folder
   * of this workspace keeps its place, and one that belongs to another workspace (a second clone) makes this throw
   * `install-failed` with the reason `in-other-workspace`: it can be installed under a `forkId()`.
   */
  async place(id: string, logicalPath: string, folder: string, workspace: Workspace): Promise<string> {
    const usual = await this.#projectFolderOf(folder, workspace);
    placeOf(id, logicalPath, { base: this.#base, projectFolder: usual });
    const existing = (await this.#transcripts(id)).map((file) => path.dirname(file));
    const projectFolder = existing.includes(usual) ? usual : (existing[0] ?? usual);
    if (projectFolder !== usual && (await this.#folderIn(workspace, id, projectFolder)) === undefined) {
      throw new ConvoSyncError('install-failed', 'The conversation lies in another workspace of this machine.', {
        details: { reason: 'in-other-workspace', id, folder: projectFolder },
      });
    }
    return placeOf(id, logicalPath, { base: this.#base, projectFolder });
  }

  forkId(): string {
    return randomUUID();
  }

  async isRunning(id: string): Promise<boolean> {
    return (await liveSessions(this.#base)).has(id);
  }

  /** Reasons: `missing`, `in-two-folders`, `in-other-workspace`, `no-record`. */
  async verify(id: string, folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    const usual = await this.#projectFolderOf(folder, workspace);
    const [transcript, ...others] = isConversationId(id) ? await this.#transcripts(id) : [];
    if (transcript === undefined) {
      return { visible: false, reason: 'missing' };
    }
    if (others.length > 0) {
      return { visible: false, reason: 'in-two-folders' };
    }
    const projectFolder = path.dirname(transcript);
    if (projectFolder !== usual && (await this.#folderIn(workspace, id, projectFolder)) === undefined) {
      return { visible: false, reason: 'in-other-workspace' };
    }
    return (await hasRecord(transcript)) ? { visible: true } : { visible: false, reason: 'no-record' };
  }

  resumeCommand(id: string, folder: string, workspace: Workspace): ResumeCommand {
    return { argv: ['claude', '--resume', id], folder: runFolder(workspace, folder) };
  }

  get #projects(): string {
    return path.join(this.#base, 'projects');
  }

  async #projectFolders(): Promise<string[]> {
    const entries = await entriesOf(this.#projects);
    return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => path.join(this.#projects, entry.name));
  }

  async #projectFolderOf(folder: string, workspace: Workspace): Promise<string> {
    const name = projectFolderName(await resolveLinks(runFolder(workspace, folder)));
    return path.join(this.#projects, name);
  }

  /** Main transcripts with this id, in whatever project folder; each file once, however many links lead to it. */
  async #transcripts(id: string): Promise<string[]> {
    const candidates = (await this.#projectFolders()).map((folder) => path.join(folder, `${id}.jsonl`));
    const files = new Map<string, string>();
    for (const candidate of candidates) {
      if (await regularFile(candidate, this.#base)) {
        files.set(await realpath(candidate), candidate);
      }
    }
    return [...files.values()];
  }

  async #folderIn(workspace: Workspace, id: string, projectFolder: string): Promise<string | undefined> {
    const ownership = await Ownership.of(workspace, this.#platform);
    if (!ownership.mayOwn(path.basename(projectFolder))) {
      return undefined;
    }
    const { workingDirectories } = await peek(path.join(projectFolder, `${id}.jsonl`));
    return ownership.folderOf(path.basename(projectFolder), workingDirectories);
  }

  /** Undefined for what is no conversation of this workspace. */
  async #look(id: string, transcript: string, ownership: Ownership, running: boolean): Promise<FoundConversation | undefined> {
    const file = await regularFile(transcript, this.#base);
    if (!file || file.size === 0) {
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
    return { agent: agentId, id, transcript, folder, ...(seen.title === undefined ? {} : { title: seen.title }), modified, size, running };
  }
}

/** False when a project folder is a link to the other, as people make when they rename a workspace. */
async function areTwoFiles(one: string, other: string): Promise<boolean> {
  return (await realpath(one)) !== (await realpath(other));
}
