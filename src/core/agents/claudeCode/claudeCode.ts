/** Claude Code: conversations as plain files under its own folder, copied byte for byte (see `store` for the layout). */
import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';

import { ConvoSyncError } from '../../common/errors.ts';
import type { Transcript, TranscriptPart } from '../../session/message.ts';
import type { Agent, AgentEnvironment, AskCommand, ConversationFile, FindResult, FoundConversation, Joined, ResumeCommand, Workspace } from '../agent.ts';
import { regularFile } from '../files.ts';
import { resolveLinks, runFolder } from '../paths.ts';
import { readParts, readWhole } from '../transcriptParts.ts';
import { askCommand } from './askCommand.ts';
import { conversationFiles } from './conversationFiles.ts';
import { ConversationFinder } from './finder.ts';
import { joinContinuations } from './join.ts';
import { liveSessions } from './liveSessions.ts';
import { placeOf } from './logicalPaths.ts';
import { Ownership } from './ownership.ts';
import { hasRecord, peek } from './peek.ts';
import { projectFolderName } from './projectFolder.ts';
import { baseFolder, isConversationId, projectFolders, projectsFolder } from './store.ts';
import { TranscriptReader } from './transcript.ts';

export class ClaudeCodeAgent implements Agent {
  readonly id = 'claude-code';
  readonly name = 'Claude Code';
  readonly fidelity = 'bytes';

  readonly #base: string;
  readonly #platform: NodeJS.Platform;
  readonly #finder: ConversationFinder;

  constructor(environment: AgentEnvironment) {
    this.#base = baseFolder(environment);
    this.#platform = environment.platform;
    this.#finder = new ConversationFinder(this.id, this.#base, this.#platform);
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    return this.#finder.find(workspace, signal);
  }

  async files(conversation: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
    return conversationFiles(conversation, this.#base, signal);
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readWhole(this.readParts(transcript, signal));
  }

  readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart> {
    return readParts(new TranscriptReader(), transcript, signal);
  }

  /**
   * Claude Code finds no conversation whose id lies in two project folders. So one that is already in another folder
   * of this workspace keeps its place, and one that belongs to another workspace (a second clone) makes this throw
   * `install-failed` with the reason `in-other-workspace`: it can be installed under a `forkId()`.
   */
  async place(id: string, logicalPath: string, folder: string, workspace: Workspace): Promise<string> {
    const usual = await this.#projectFolder(folder, workspace);
    const place = placeOf(id, logicalPath, { base: this.#base, projectFolder: usual, platform: this.#platform });
    const existing = (await this.#transcripts(id, usual)).map((transcript) => path.dirname(transcript));
    if (existing.length === 0 || existing[0] === usual) {
      return place;
    }
    for (const projectFolder of existing) {
      if (await this.#isOf(workspace, projectFolder, id)) {
        return placeOf(id, logicalPath, { base: this.#base, projectFolder, platform: this.#platform });
      }
    }
    throw new ConvoSyncError('install-failed', 'The conversation lies in another workspace of this machine.', {
      details: { reason: 'in-other-workspace', id, folder: existing[0] },
    });
  }

  async join(here: Uint8Array, there: Uint8Array): Promise<Joined | undefined> {
    return joinContinuations(here, there);
  }

  forkId(): string {
    return randomUUID();
  }

  async isRunning(id: string): Promise<boolean> {
    return (await liveSessions(this.#base)).has(id);
  }

  /** Reasons: `missing`, `in-two-folders`, `in-other-workspace`, `no-record`. */
  async verify(id: string, folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    const usual = await this.#projectFolder(folder, workspace);
    const [transcript, ...others] = isConversationId(id) ? await this.#transcripts(id, usual) : [];
    if (transcript === undefined) {
      return { visible: false, reason: 'missing' };
    }
    if (others.length > 0) {
      return { visible: false, reason: 'in-two-folders' };
    }
    const projectFolder = path.dirname(transcript);
    if (projectFolder !== usual && !(await this.#isOf(workspace, projectFolder, id))) {
      return { visible: false, reason: 'in-other-workspace' };
    }
    return (await hasRecord(transcript)) ? { visible: true } : { visible: false, reason: 'no-record' };
  }

  async askCommand(): Promise<AskCommand> {
    return askCommand;
  }

  resumeCommand(id: string, folder: string, workspace: Workspace): ResumeCommand {
    return { argv: ['claude', '--resume', id], folder: runFolder(workspace, folder) };
  }

  async #projectFolder(folder: string, workspace: Workspace): Promise<string> {
    const name = projectFolderName(await resolveLinks(runFolder(workspace, folder)));
    return path.join(projectsFolder(this.#base), name);
  }

  /** Main transcripts with this id, that in `first` before others; each file once, however many links lead to it. */
  async #transcripts(id: string, first: string): Promise<string[]> {
    const files = new Map<string, string>();
    for (const folder of [first, ...(await projectFolders(this.#base))]) {
      const transcript = path.join(folder, `${id}.jsonl`);
      if (await regularFile(transcript, this.#base)) {
        const file = await realpath(transcript);
        files.set(file, files.get(file) ?? transcript);
      }
    }
    return [...files.values()];
  }

  async #isOf(workspace: Workspace, projectFolder: string, id: string): Promise<boolean> {
    const ownership = await Ownership.of(workspace, this.#platform);
    const { workingDirectories } = await peek(path.join(projectFolder, `${id}.jsonl`));
    return (await ownership.folderOf(path.basename(projectFolder), workingDirectories)) !== undefined;
  }
}
