/** Says once that another device has saved something newer than what is here. */
import * as vscode from 'vscode';
import { t } from '../l10n/language.ts';
import { describeSync } from '../wording/status.ts';
import { announceable } from './announceable.ts';
import type { CommandParts } from './commands/parts.ts';
import { openSession } from './commands/session.ts';
import { configuration } from './configuration.ts';
import { Disposable } from './disposable.ts';
import type { PersistentState } from './persistentState.ts';

export class Announcements extends Disposable {
  readonly #parts: CommandParts;
  readonly #state: PersistentState;

  constructor(parts: CommandParts, state: PersistentState) {
    super();
    this.#parts = parts;
    this.#state = state;
    this._register(parts.overview.onDidChange(() => this.#consider()));
    // What was held back may be told now.
    this._register(configuration.onDidChange(() => this.#consider()));
    this._register(vscode.window.onDidChangeWindowState(() => this.#consider()));
  }

  #consider(): void {
    const { state } = this.#parts.overview;
    const session = announceable(this.#parts.overview, {
      isEnabled: configuration.announcesSessions,
      quietHours: configuration.quietHours,
      isFocused: vscode.window.state.focused,
      wasAnnounced: (id) => this.#state.wasAnnounced(id),
      now: new Date(),
    });
    if (state.kind !== 'ready' || session === undefined) {
      return;
    }
    const reference = { folder: state.folder, session: session.outline.id };
    this.#parts.failures.offer('info', t`${describeSync({ ...state.status, sync: 'resume-available' }, new Date())}: “${session.summary.message}”.`,
      { label: t`Resume`, run: async () => (await import('./commands/resume.ts')).resume(this.#parts, reference) },
      { label: t`Look`, run: () => openSession(this.#parts, reference) },
      { label: t`Later`, run: async () => undefined });
    void this.#parts.failures.guard(() => this.#state.setAnnounced(session.outline.id));
  }
}
