/** The session pages of the window, one per session: opening a session again shows the page that is there. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { type MessageReference, type SessionReference, sessionPageType } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import type { SessionPage, SessionPageParts } from './sessionPage.ts';

export class SessionPages extends Disposable {
  readonly #parts: SessionPageParts;
  readonly #pages = new Map<string, SessionPage>();

  constructor(parts: SessionPageParts) {
    super();
    this.#parts = parts;
    this._register(parts.overview.onDidChange(() => this.#closeLocked()));
    this._register(vscode.window.registerWebviewPanelSerializer(sessionPageType, { deserializeWebviewPanel: (panel, kept) => this.#restore(panel, kept) }));
  }

  /** @param at scrolls there */
  async open(reference: SessionReference, at?: MessageReference): Promise<void> {
    const { SessionPage } = await import('./sessionPage.ts');
    const known = this.#pages.get(reference.session);
    known?.reveal();
    const page = known ?? this.#add(reference, new SessionPage(this.#parts, reference));
    if (at) {
      page.goTo(at);
    }
  }

  /** The window was loaded anew, and this page was open in it. */
  async #restore(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const { SessionPage, shownBefore } = await import('./sessionPage.ts');
    const reference = shownBefore(kept);
    if (reference && !this.#pages.has(reference.session)) {
      this.#add(reference, new SessionPage(this.#parts, reference, panel));
    } else {
      panel.dispose();
    }
  }

  #add({ session }: SessionReference, page: SessionPage): SessionPage {
    this.#pages.set(session, page);
    page.onDidDispose(() => this.#pages.delete(session));
    return page;
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
