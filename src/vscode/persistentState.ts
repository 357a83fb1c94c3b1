/** One getter and setter per stored key. */
import type * as vscode from 'vscode';
import { type Grouping, groupings } from './sessionsView/grouping.ts';

const announcedKey = 'announcedSession';
const opensAgainKey = 'opensAgain';
const sessionsGroupingKey = 'sessionsGrouping';

/** A session of which what was open is to be opened again in the next window on a folder. */
export interface OpensAgain {
  folder: string;
  session: string;
}

export class PersistentState {
  readonly #workspace: vscode.Memento;
  readonly #global: vscode.Memento;

  constructor({ workspaceState, globalState }: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalState'>) {
    this.#workspace = workspaceState;
    this.#global = globalState;
  }

  /** The session of another device that a notification has named last, so that none is announced twice. */
  get announcedSession(): string | undefined {
    return this.#workspace.get<string>(announcedKey);
  }

  async setAnnouncedSession(session: string): Promise<void> {
    await this.#workspace.update(announcedKey, session);
  }

  /** What the sessions of this workspace are grouped by. */
  get sessionsGrouping(): Grouping {
    const kept = this.#workspace.get<unknown>(sessionsGroupingKey);
    return groupings.find((grouping) => grouping === kept) ?? 'device';
  }

  async setSessionsGrouping(grouping: Grouping): Promise<void> {
    await this.#workspace.update(sessionsGroupingKey, grouping);
  }

  get opensAgain(): OpensAgain | undefined {
    return this.#global.get<OpensAgain>(opensAgainKey);
  }

  async setOpensAgain(value: OpensAgain | undefined): Promise<void> {
    await this.#global.update(opensAgainKey, value);
  }
}
