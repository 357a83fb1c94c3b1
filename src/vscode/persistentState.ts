/** One getter and setter per stored key. */
import type * as vscode from 'vscode';

const announcedKey = 'announcedSession';

export class PersistentState {
  readonly #workspace: vscode.Memento;

  constructor(context: Pick<vscode.ExtensionContext, 'workspaceState'>) {
    this.#workspace = context.workspaceState;
  }

  /** The session of another device that a notification has named last, so that none is announced twice. */
  get announcedSession(): string | undefined {
    return this.#workspace.get<string>(announcedKey);
  }

  async setAnnouncedSession(session: string): Promise<void> {
    await this.#workspace.update(announcedKey, session);
  }
}
