/** The session pages of the window, one per session: opening a session again shows the page that is there. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { type MessageReference, type SessionReference, sessionPageType } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import type { SessionPage, SessionPageParts } from './sessionPage.ts';

export class SessionPages extends Disposable {
  readonly #parts: Omit<SessionPageParts, 'language'>;
  readonly #pages = new Map<string, SessionPage>();

  constructor(parts: Omit<SessionPageParts, 'language'>) {
    super();
    this.#parts = parts;
    this._register(parts.overview.onDidChange(() => this.#closeLocked()));
    this._register(vscode.window.registerWebviewPanelSerializer(sessionPageType, { deserializeWebviewPanel: (panel, kept) => this.#restore(panel, kept) }));
  }

  /** @param at scrolls there */
  async open(reference: SessionReference, at?: MessageReference): Promise<void> {
    const page = await this.#show(reference);
    if (at) {
      page.goTo(at);
    }
  }

  /** The conversation that goes on in a repository, as it grows. */
  async follow(folder: string): Promise<void> {
    await this.#show({ folder, session: '' });
  }

  async #show(reference: SessionReference): Promise<SessionPage> {
    const code = await readCode(this.#parts.extensionUri);
    const known = this.#pages.get(keyOf(reference));
    known?.reveal();
    return known ?? this.#add(code, reference);
  }

  /** The window was loaded anew, and this page was open in it. It is read once its folder is trusted, since git reads it. */
  async #restore(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    await this.#parts.workspace.repositories();
    const code = await readCode(this.#parts.extensionUri);
    const reference = code.shownBefore(kept);
    if (reference && !this.#pages.has(keyOf(reference))) {
      this.#add(code, reference, panel);
    } else {
      panel.dispose();
    }
  }

  #add({ SessionPage, RunningConversationSource, SavedSessionSource, language }: Awaited<ReturnType<typeof readCode>>, reference: SessionReference, panel?: vscode.WebviewPanel): SessionPage {
    const source = reference.session === '' ? new RunningConversationSource(this.#parts, reference.folder) : new SavedSessionSource(this.#parts, reference);
    const page = new SessionPage({ ...this.#parts, language }, source, panel);
    const key = keyOf(reference);
    this.#pages.set(key, page);
    page.onDidDispose(() => this.#pages.delete(key));
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

function keyOf({ folder, session }: SessionReference): string {
  return session === '' ? folder : session;
}

async function readCode(extension: vscode.Uri) {
  const [{ pageLanguage }, page, saved, running] = await Promise.all([import('./pageLanguage.ts'), import('./sessionPage.ts'), import('./savedSession.ts'), import('./runningConversation.ts')]);
  return { ...page, ...saved, ...running, language: await pageLanguage(extension) };
}
