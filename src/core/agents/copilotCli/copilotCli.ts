/**
 * GitHub Copilot CLI: one folder per conversation (see `store`), copied byte for byte but for where it ran. It is asked for no
 * handoff: there is no way to ask it that leaves no conversation behind (1.0.102).
 */
import * as path from 'node:path';

import { ConvoSyncError } from '../../common/errors.ts';
import type { Adaptation } from '../../session/adaptation.ts';
import type { Transcript, TranscriptPart } from '../../session/message.ts';
import type { Agent, AgentEnvironment, ConversationFile, FindResult, FoundConversation, Installation, Workspace } from '../agent.ts';
import { regularFile } from '../files.ts';
import { folderIn, runFolder } from '../paths.ts';
import { readParts, readWhole } from '../transcriptParts.ts';
import { adaptTranscript, adaptWorkspace } from './adapt.ts';
import { card } from './card.ts';
import { conversationFiles } from './conversationFiles.ts';
import { findConversations } from './finder.ts';
import { hasRecord, isOpen, readWorkspace } from './session.ts';
import { baseFolder, isConversationId, placeOf, sessionFolder, transcriptName, workspacePath } from './store.ts';
import { TranscriptReader } from './transcript.ts';

export class CopilotCliAgent implements Agent {
  readonly id = card.id;
  readonly name = card.name;
  readonly fidelity = card.fidelity;
  readonly forkId = card.forkId;
  readonly resumeCommand = card.resumeCommand;

  readonly #base: string;
  readonly #platform: NodeJS.Platform;

  constructor(environment: AgentEnvironment) {
    this.#base = baseFolder(environment);
    this.#platform = environment.platform;
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    return findConversations(this.id, this.#base, workspace, signal);
  }

  async files(conversation: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
    return conversationFiles(conversation, { base: this.#base, platform: this.#platform }, signal);
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readWhole(this.readParts(transcript, signal));
  }

  readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart> {
    return readParts(new TranscriptReader(), transcript, signal);
  }

  /** All conversations lie in one folder by their ids, so one that ran in another workspace (a second clone) has this one's place. */
  async place(id: string, logicalPath: string, folder: string, workspace: Workspace): Promise<string> {
    const place = placeOf(this.#base, id, logicalPath, this.#platform);
    runFolder(workspace, folder);
    if (await this.#ranElsewhere(id, workspace)) {
      throw new ConvoSyncError('install-failed', 'The conversation lies in another workspace of this machine.', { details: { reason: 'in-other-workspace', id } });
    }
    return place;
  }

  async adapt(logicalPath: string, stored: AsyncIterable<Uint8Array>, to: Installation): Promise<Adaptation[]> {
    switch (logicalPath) {
      case 'transcript.jsonl':
        return adaptTranscript(stored, to);
      case workspacePath:
        return adaptWorkspace(stored, to);
      default:
        return [];
    }
  }

  async isRunning(id: string): Promise<boolean> {
    return isConversationId(id) && isOpen(this.#base, id);
  }

  /** Reasons: `missing`, `in-other-workspace`, `no-record`. */
  async verify(id: string, _folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    const transcript = path.join(sessionFolder(this.#base, id), transcriptName);
    if (!isConversationId(id) || !(await regularFile(transcript, this.#base))) {
      return { visible: false, reason: 'missing' };
    }
    if (await this.#ranElsewhere(id, workspace)) {
      return { visible: false, reason: 'in-other-workspace' };
    }
    return (await hasRecord(transcript)) ? { visible: true } : { visible: false, reason: 'no-record' };
  }

  /** Where no folder is named the program resumes in the one that it is started in. */
  async #ranElsewhere(id: string, workspace: Workspace): Promise<boolean> {
    const { cwd } = await readWorkspace(this.#base, id);
    return cwd !== undefined && (await folderIn(workspace, cwd)) === undefined;
  }
}
