/** Says once that another device has saved something newer than what is here. */
import { describeSync } from '../wording/status.ts';
import type { CommandParts } from './commands/parts.ts';
import { openSession } from './commands/session.ts';
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
  }

  #consider(): void {
    const { state, activity } = this.#parts.overview;
    if (state.kind !== 'ready' || activity !== undefined || state.status.resumable === undefined) {
      return;
    }
    const { status, folder } = state;
    const { summary } = state.status.resumable;
    if (summary.id === this.#state.announcedSession) {
      return;
    }
    const reference = { folder, session: summary.id };
    this.#parts.failures.offer('info', `${describeSync({ ...status, sync: 'resume-available' }, new Date())}: “${summary.message}”.`,
      { label: 'Resume', run: async () => (await import('./commands/resume.ts')).resume(this.#parts, reference) },
      { label: 'Look', run: () => openSession(this.#parts, reference) },
      { label: 'Later', run: async () => undefined });
    void this.#parts.failures.guard(() => this.#state.setAnnouncedSession(summary.id));
  }
}
