/**
 * An agent whose code is read when its store is first asked for, and not with every window: what it is called, and how one
 * goes on in it, is known without.
 */
import { throwIfCancelled } from '../common/errors.ts';
import { tryLstat } from '../common/files.ts';
import type { Adaptation } from '../session/adaptation.ts';
import type { Transcript, TranscriptPart } from '../session/message.ts';
import type { Agent, AgentEnvironment, AskCommand, ConversationFile, FindResult, FoundConversation, Installation, Joined, RecordStore, ResumeCommand, Signpost, Workspace } from './agent.ts';

/** What is told of an agent without its store. */
export interface AgentCard extends Pick<Agent, 'id' | 'name' | 'fidelity' | 'forkId' | 'resumeCommand'> {
  /** Files or folders of which one is there on a machine where the agent has ever kept anything. */
  traces(environment: AgentEnvironment): string[];
}

export class AgentOnDemand implements Agent {
  readonly id: string;
  readonly name: string;
  readonly fidelity: Agent['fidelity'];
  readonly records?: RecordStore;

  readonly #card: AgentCard;
  readonly #environment: AgentEnvironment;
  readonly #read: () => Promise<Agent>;
  #agent: Promise<Agent> | undefined;

  /** @param read makes the agent itself */
  constructor(card: AgentCard, environment: AgentEnvironment, read: () => Promise<Agent>) {
    ({ id: this.id, name: this.name, fidelity: this.fidelity } = card);
    this.#card = card;
    this.#environment = environment;
    this.#read = read;
    if (card.fidelity === 'records') {
      this.records = {
        obstacle: async () => (await this.#whole()).records?.obstacle(),
        refresh: async (id) => (await this.#whole()).records?.refresh(id),
        deliver: async (id, signal) => (await this.#whole()).records?.deliver(id, signal),
      };
    }
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    throwIfCancelled(signal);
    for (const trace of this.#card.traces(this.#environment)) {
      if (await tryLstat(trace)) {
        return (await this.#whole()).find(workspace, signal);
      }
    }
    return { conversations: [], problems: [] };
  }

  async files(conversation: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
    return (await this.#whole()).files(conversation, signal);
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return (await this.#whole()).read(transcript, signal);
  }

  async *readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart> {
    yield* (await this.#whole()).readParts(transcript, signal);
  }

  async place(id: string, path: string, folder: string, workspace: Workspace): Promise<string> {
    return (await this.#whole()).place(id, path, folder, workspace);
  }

  async adapt(path: string, stored: AsyncIterable<Uint8Array>, to: Installation): Promise<Adaptation[]> {
    return (await (await this.#whole()).adapt?.(path, stored, to)) ?? [];
  }

  async signposts(to: Installation): Promise<Signpost[]> {
    return (await (await this.#whole()).signposts?.(to)) ?? [];
  }

  async join(here: Uint8Array, there: Uint8Array): Promise<Joined | undefined> {
    return (await this.#whole()).join?.(here, there);
  }

  async goesOnFrom(path: string): Promise<boolean> {
    return (await (await this.#whole()).goesOnFrom?.(path)) ?? false;
  }

  forkId(): string {
    return this.#card.forkId();
  }

  async isRunning(id: string): Promise<boolean> {
    return (await this.#whole()).isRunning(id);
  }

  async verify(id: string, folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    return (await this.#whole()).verify(id, folder, workspace);
  }

  async askCommand(): Promise<AskCommand | undefined> {
    return (await this.#whole()).askCommand?.();
  }

  resumeCommand(id: string, folder: string, workspace: Workspace): ResumeCommand {
    return this.#card.resumeCommand(id, folder, workspace);
  }

  #whole(): Promise<Agent> {
    return (this.#agent ??= this.#read());
  }
}
