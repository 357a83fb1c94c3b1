/** A saved session, for its page. */
import * as vscode from 'vscode';
import type { OpenedSession } from '../../core/operations/report.ts';
import { isInside, type SessionContext } from '../../core/session/context.ts';
import { countRedactions, type SessionManifest } from '../../core/session/session.ts';
import type { ConversationFacts, Verdict, WasOpen } from '../../protocol/session.ts';
import { describeRun } from '../../wording/context.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import type { SessionReference } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import { agentName } from '../sessionText.ts';
import type { PageContents, PageConversation, PageSource, PageSourceParts } from './pageSource.ts';
import { savesOf } from './saves.ts';
import { pageVerdict } from './verdict.ts';

export class SavedSessionSource extends Disposable implements PageSource {
  readonly folder: string;
  readonly session: string;
  readonly #parts: PageSourceParts;
  readonly #onDidChange = this._register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#onDidChange.event;
  /** What the verdict that was loaded was about. */
  #judged: string | undefined;

  constructor(parts: PageSourceParts, { folder, session }: SessionReference) {
    super();
    this.#parts = parts;
    this.folder = folder;
    this.session = session;
    this._register(parts.overview.onDidChange(() => this.#overviewChanged()));
  }

  async load({ refresh, signal }: { refresh: boolean; signal: AbortSignal }): Promise<PageContents> {
    const core = await this.#parts.core.forUser();
    const opened = await core.open(this.folder, this.session, { refresh, signal });
    this.#judged = this.#stateHere() ?? '';
    return { head: this.#headOf(opened), conversations: this.#conversationsOf(opened) };
  }

  #headOf(opened: OpenedSession): PageContents['head'] {
    const { session: { summary, device }, manifest, conversations } = opened;
    const here = this.#parts.overview.status?.listing;
    const [activeLast] = manifest.conversations;
    const handoffOf = conversations.length > 1 && activeLast ? conversations.findIndex((conversation) => isOf(activeLast, conversation)) : -1;
    return {
      type: 'session',
      facts: {
        id: summary.id,
        folder: this.folder,
        title: summary.message,
        device: { name: device.name, kind: device.kind, here: device.id === here?.here.id },
        conversations: conversations.map((conversation) => factsOf(conversation, manifest)),
        unknownAgents: manifest.conversations.filter((stored) => !conversations.some((conversation) => isOf(stored, conversation))).map(({ agent }) => agentName(agent)),
        ...(summary.branch === undefined ? {} : { branch: summary.branch }),
        commit: summary.commit,
        subject: summary.subject,
        savedAt: summary.savedAt,
        redactions: countRedactions(manifest.conversations),
      },
      verdict: this.#verdictOf(opened),
      handoff: manifest.handoff,
      ...(handoffOf === -1 ? {} : { handoffOf }),
      ...(manifest.context ? { wasOpen: toShow(manifest.context) } : {}),
      ...(here ? { vaultNotice: { sealed: here.sealing === 'sealed', text: describePrivacy(here) } } : {}),
    };
  }

  #conversationsOf({ conversations, manifest }: OpenedSession): PageConversation[] {
    const sessions = this.#parts.overview.status?.listing.sessions ?? [];
    return conversations.map((conversation) => {
      const { context = [], forkOf } = manifest.conversations.find((stored) => isOf(stored, conversation)) ?? {};
      return { agent: conversation.agent, id: conversation.id, messages: conversation.messages, context, shared: forkOf?.messages, saves: savesOf(conversation, sessions, this.session) };
    });
  }

  #verdictOf({ verdict, session }: OpenedSession): Verdict {
    return pageVerdict(verdict, { conversations: session.summary.conversations, allSaved: this.#parts.overview.status?.sync === 'synced' });
  }

  /** After a save, a resume or a change of the code the verdict may be another one. */
  #overviewChanged(): void {
    const judged = this.#stateHere();
    if (this.#judged !== undefined && judged !== undefined && judged !== this.#judged) {
      this.#judged = judged;
      this.#onDidChange.fire();
    }
  }

  /** Undefined while it is not known, or changing. */
  #stateHere(): string | undefined {
    const { status, activity } = this.#parts.overview;
    return status && activity === undefined
      ? JSON.stringify([status.folder, status.sync, status.commit, status.branch, status.changes.length, status.conversation?.id, status.conversation?.messages])
      : undefined;
  }
}

type OpenedConversation = OpenedSession['conversations'][number];

function factsOf(conversation: OpenedConversation, { conversations }: SessionManifest): ConversationFacts {
  const { title } = conversations.find((stored) => isOf(stored, conversation)) ?? {};
  return {
    ...(title === undefined ? {} : { title }),
    agent: conversation.agentName,
    messages: conversation.messages.length,
    issues: conversation.issues.length,
  };
}

function toShow({ folder, editors, terminals, breakpoints = [], environment = {} }: SessionContext): WasOpen {
  return {
    folder,
    files: [...new Set(editors.map(({ path }) => path).filter(isInside))],
    terminals: terminals.map(({ name, folder: at, commands }) => ({ name, folder: at, commands: commands.map(describeRun) })),
    breakpoints: breakpoints.length,
    variables: Object.keys(environment),
  };
}

function isOf(stored: SessionManifest['conversations'][number], { agent, id }: OpenedConversation): boolean {
  return stored.agent === agent && stored.id === id;
}
