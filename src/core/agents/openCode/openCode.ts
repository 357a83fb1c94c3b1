/** OpenCode: conversations in a database, made into files to be saved, and taken in by the program (see `store`). */
import { ConvoSyncError } from '../../common/errors.ts';
import type { Adaptation } from '../../session/adaptation.ts';
import type { Transcript, TranscriptPart } from '../../session/message.ts';
import type { Agent, AgentEnvironment, AskCommand, ConversationFile, FindResult, FoundConversation, Installation, RecordStore, Workspace } from '../agent.ts';
import { folderIn, runFolder } from '../paths.ts';
import { readParts, readWhole } from '../transcriptParts.ts';
import { adaptSession, adaptTranscript } from './adapt.ts';
import { askCommand } from './askCommand.ts';
import { card } from './card.ts';
import { conversationFiles } from './conversationFiles.ts';
import { withDatabase } from './database.ts';
import { Delivery } from './delivery.ts';
import { findConversations, isOpen, type Store } from './finder.ts';
import { Mirror } from './mirror.ts';
import { findProgram } from './program.ts';
import { findSession, type SessionRow } from './rows.ts';
import { databaseFile, isConversationId, subAgentOf } from './store.ts';
import { TranscriptReader } from './transcript.ts';

export class OpenCodeAgent implements Agent {
  readonly id = card.id;
  readonly name = card.name;
  readonly fidelity = card.fidelity;
  readonly forkId = card.forkId;
  readonly resumeCommand = card.resumeCommand;
  readonly records: RecordStore;

  readonly #environment: AgentEnvironment;
  readonly #store: Store;

  /** @param mirrors an absolute folder of ConvoSync's for the files that are made from the database */
  constructor(environment: AgentEnvironment, mirrors: string) {
    this.#environment = environment;
    const database = databaseFile(environment);
    const mirror = new Mirror(mirrors, database);
    this.#store = { agent: this.id, database, mirror, platform: environment.platform };
    this.records = new Delivery(environment, database, mirror);
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    return findConversations(this.#store, workspace, signal);
  }

  async files(conversation: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
    return conversationFiles(this.#store, conversation, signal);
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readWhole(this.readParts(transcript, signal));
  }

  readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart> {
    return readParts(new TranscriptReader(), transcript, signal);
  }

  /** A session has one folder in the database, so one of another workspace (a second clone) has this one's place. */
  async place(id: string, logicalPath: string, folder: string, workspace: Workspace): Promise<string> {
    const place = this.#store.mirror.place(id, logicalPath);
    runFolder(workspace, folder);
    const session = await this.#session(id);
    if (session && (await folderIn(workspace, session.directory)) === undefined) {
      throw new ConvoSyncError('install-failed', 'The conversation lies in another workspace of this machine.', { details: { reason: 'in-other-workspace', id } });
    }
    await this.#store.mirror.refresh(id);
    return place;
  }

  async adapt(logicalPath: string, stored: AsyncIterable<Uint8Array>, to: Installation): Promise<Adaptation[]> {
    if (logicalPath === 'transcript.jsonl') {
      return adaptTranscript(stored, to);
    }
    return subAgentOf(logicalPath) === undefined ? adaptSession(stored, to, logicalPath === 'session.json') : [];
  }

  async isRunning(id: string): Promise<boolean> {
    const session = await this.#session(id);
    return session !== undefined && isOpen(this.#store.platform, session);
  }

  /** Reasons: `missing`, `in-other-workspace`. */
  async verify(id: string, _folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    const session = await this.#session(id);
    if (!session) {
      return { visible: false, reason: 'missing' };
    }
    return (await folderIn(workspace, session.directory)) === undefined ? { visible: false, reason: 'in-other-workspace' } : { visible: true };
  }

  async askCommand(): Promise<AskCommand> {
    return askCommand((await findProgram(this.#environment)) ?? 'opencode');
  }

  async #session(id: string): Promise<SessionRow | undefined> {
    return isConversationId(id) ? withDatabase(this.#store.database, (database) => findSession(database, id)) : undefined;
  }
}
