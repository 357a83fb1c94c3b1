/** The conversation that goes on here, for its page: loaded again whenever its transcript has grown. */
import * as vscode from 'vscode';
import type { ConversationHere } from '../../core/operations/report.ts';
import { t } from '../../l10n/language.ts';
import { Disposable } from '../disposable.ts';
import { TranscriptWatch } from '../transcriptWatch.ts';
import type { PageContents, PageSource, PageSourceParts } from './pageSource.ts';
import { savesOf } from './saves.ts';
import { actions } from './verdict.ts';

/** Milliseconds: an agent writes several records a moment. */
const pause = 500;

export class RunningConversationSource extends Disposable implements PageSource {
  readonly folder: string;
  readonly session = '';
  readonly #parts: PageSourceParts;
  readonly #onDidChange = this._register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#onDidChange.event;
  readonly #transcript = this._register(new TranscriptWatch());
  #waiting: NodeJS.Timeout | undefined;

  constructor(parts: PageSourceParts, folder: string) {
    super();
    this.#parts = parts;
    this.folder = folder;
    this._register(this.#transcript.onDidChange(() => this.#changed()));
    // What is saved may have changed, or another conversation begun.
    this._register(parts.overview.onDidChange(() => this.#changed()));
    this._register({ dispose: () => clearTimeout(this.#waiting) });
  }

  async load({ signal }: { signal: AbortSignal }): Promise<PageContents> {
    const core = await this.#parts.core.forUser();
    const here = await core.openHere(this.folder, { signal });
    this.#transcript.follow(here.transcript);
    const { agent, id, messages } = here.conversation;
    const sessions = this.#parts.overview.status?.listing.sessions ?? [];
    const saved = Math.max(0, ...sessions.flatMap(({ outline }) => outline.conversations.filter((one) => one.agent === agent && one.id === id).map((one) => one.messages)));
    return {
      head: headOf(here, this.folder, Math.max(0, messages.length - saved)),
      conversations: [{ agent, id, messages, context: here.context, saves: savesOf(here.conversation, sessions, this.session) }],
    };
  }

  #changed(): void {
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined;
      this.#onDidChange.fire();
    }, pause);
  }
}

function headOf({ device, branch, commit = '', subject = '', conversation, title }: ConversationHere, folder: string, unsaved: number): PageContents['head'] {
  const { agentName, messages, issues } = conversation;
  return {
    type: 'session',
    facts: {
      id: '', folder, commit, subject, unknownAgents: [], redactions: 0,
      title: title ?? t`Running conversation`,
      device: { name: device.name, kind: device.kind, here: true },
      conversations: [{ ...(title === undefined ? {} : { title }), agent: agentName, messages: messages.length, issues: issues.length }],
      ...(branch === undefined ? {} : { branch }),
    },
    verdict: { state: 'running', unsaved, actions: [actions().save] },
    handoff: '',
  };
}
