/** The session pages of the window, one per session: opening a session again shows the page that is there. */
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { SessionReference } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import type { SessionPage, SessionPageParts } from './sessionPage.ts';

export class SessionPages extends Disposable {
  readonly #parts: SessionPageParts;
  readonly #pages = new Map<string, SessionPage>();

  constructor(parts: SessionPageParts) {
    super();
    this.#parts = parts;
    this._register(parts.overview.onDidChange(() => this.#closeLocked()));
  }

  async open(reference: SessionReference): Promise<void> {
    const { SessionPage } = await import('./sessionPage.ts');
    const known = this.#pages.get(reference.session);
    if (known) {
      known.reveal();
      return;
    }
    const page = new SessionPage(this.#parts, reference);
    this.#pages.set(reference.session, page);
    page.onDidDispose(() => this.#pages.delete(reference.session));
  }

  /** What was opened with a key does not stay on screen when that is gone. */
  #closeLocked(): void {
    const { state } = this.#parts.overview;
    if (state.kind === 'failed' && ConvoSyncError.is(state.error, 'vault-locked')) {
      for (const page of [...this.#pages.values()].filter(({ folder }) => folder === state.folder)) {
        page.dispose();
      }
    }
  }

  override dispose(): void {
    for (const page of [...this.#pages.values()]) {
      page.dispose();
    }
    super.dispose();
  }
}
