/**
 * Codex: conversations as plain files under its own folder (see `store` for the layout), copied byte for byte but for what has
 * to stand otherwise on this machine (see `adaptations`). It is asked for no handoff: `codex exec --ephemeral` leaves none
 * behind, but with a model that it knows it always offers `apply_patch`, and servers of a user's own go on whatever the
 * arguments say (measured on 0.169).
 */
import { ConvoSyncError } from '../../common/errors.ts';
import type { Adaptation } from '../../session/adaptation.ts';
import type { Transcript, TranscriptPart } from '../../session/message.ts';
import type { Agent, AgentEnvironment, ConversationFile, FindResult, FoundConversation, Installation, Joined, Workspace } from '../agent.ts';
import { isFolder } from '../files.ts';
import { folderIn, relativeInside, resolveLinks, runFolder, workspaceRoots } from '../paths.ts';
import { readParts, readWhole } from '../transcriptParts.ts';
import { adaptations } from './adaptations.ts';
import { card } from './card.ts';
import { modelProvider } from './configuration.ts';
import { conversationFiles } from './conversationFiles.ts';
import { ConversationFinder } from './finder.ts';
import { joinContinuations } from './join.ts';
import { lineageOf, sizeBefore } from './lineage.ts';
import { isParent, mainTranscript, ownerOf } from './logicalPaths.ts';
import { baseFolder, isConversationId, newRolloutPath, type Rollout, rolloutsOf } from './store.ts';
import { TranscriptReader } from './transcript.ts';
import { conversationsAtWork } from './writers.ts';

export class CodexAgent implements Agent {
  readonly id = card.id;
  readonly name = card.name;
  readonly fidelity = card.fidelity;
  readonly forkId = card.forkId;
  readonly resumeCommand = card.resumeCommand;

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
    return conversationFiles(conversation, { base: this.#base, running: await this.isRunning(conversation.id), finder: this.#finder }, signal);
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readWhole(this.readParts(transcript, signal));
  }

  readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart> {
    return readParts(new TranscriptReader(), transcript, signal);
  }

  /**
   * Where its id is already, whatever the file's name begins with; what lies beside a conversation belongs to no workspace.
   * A transcript that came along with a fork stays as it is, for the fork counts its bytes: its own conversation goes beside it.
   */
  async place(id: string, logicalPath: string, folder: string, workspace: Workspace): Promise<string> {
    const owner = ownerOf(id, logicalPath);
    runFolder(workspace, folder);
    const [existing] = await rolloutsOf(owner, this.#base);
    if (!existing) {
      return newRolloutPath(this.#base, owner);
    }
    const elsewhere = logicalPath === mainTranscript ? await this.#claimOn(existing, workspace) : undefined;
    if (elsewhere !== undefined) {
      throw new ConvoSyncError('install-failed', 'The conversation lies in another workspace of this machine.', {
        details: { reason: 'in-other-workspace', id, folder: elsewhere },
      });
    }
    return existing.file;
  }

  async adapt(path: string, stored: AsyncIterable<Uint8Array>, { id, folder, workspace }: Installation): Promise<Adaptation[]> {
    if (path !== mainTranscript) {
      return [];
    }
    const sizeOf = async (other: string, ordinal: number): Promise<number | undefined> => {
      const [rollout] = await rolloutsOf(other, this.#base);
      return rollout && sizeBefore(ordinal, rollout.file);
    };
    const roots = await workspaceRoots(workspace);
    return adaptations(stored, {
      id,
      folder: await resolveLinks(runFolder(workspace, folder)),
      isHere: (named) => typeof named === 'string' && roots.some((root) => relativeInside(root, named) !== undefined),
      provider: await modelProvider(this.#base),
      sizeOf,
    });
  }

  async join(here: Uint8Array, there: Uint8Array): Promise<Joined | undefined> {
    return joinContinuations(here, there);
  }

  goesOnFrom(path: string): Promise<boolean> {
    return Promise.resolve(isParent(path));
  }

  async isRunning(id: string): Promise<boolean> {
    return (await conversationsAtWork(this.#base, this.#platform)).has(id.toLowerCase());
  }

  /** Reasons: `missing`, `archived`, `in-two-folders`, `in-other-workspace`, `no-record`, `parent-missing`, `other-provider`. */
  async verify(id: string, _folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    const [rollout, ...others] = isConversationId(id) ? await rolloutsOf(id, this.#base) : [];
    const seen = rollout && (await this.#finder.look(rollout.file));
    const reason = !seen ? 'missing'
      : rollout.archived ? 'archived'
      : others.length > 0 ? 'in-two-folders'
      : !seen.hasRecord ? 'no-record'
      : (await this.#otherFolderOf(rollout.file, workspace)) !== undefined ? 'in-other-workspace'
      : (await lineageOf(seen.base, this.#base, this.#finder)).broken ? 'parent-missing'
      : seen.provider !== undefined && seen.provider !== (await modelProvider(this.#base)) ? 'other-provider'
      : undefined;
    return reason === undefined ? { visible: true } : { visible: false, reason };
  }

  /** The folder that a transcript names, where that one, or a fork that goes on from it, needs it as it is. */
  async #claimOn({ id, file }: Rollout, workspace: Workspace): Promise<string | undefined> {
    const named = (await this.#finder.look(file))?.folder;
    const isOurs = named === undefined || (await folderIn(workspace, named)) !== undefined;
    return isOurs ? undefined : (await this.#finder.isForked(id)) ? named : this.#otherFolderOf(file, workspace);
  }

  /** The folder that a transcript names, if it is there and no part of the workspace. */
  async #otherFolderOf(file: string, workspace: Workspace): Promise<string | undefined> {
    const named = (await this.#finder.look(file))?.folder;
    const isOurs = named === undefined || (await folderIn(workspace, named)) !== undefined;
    return !isOurs && (await isFolder(named)) ? named : undefined;
  }
}
