/** One getter and setter per stored key. */
import type * as vscode from 'vscode';
import { type Grouping, groupings } from './sessionsView/grouping.ts';

const announcedKey = 'announcedSessions';
const opensAgainKey = 'opensAgain';
const sessionsGroupingKey = 'sessionsGrouping';

/** Only the newest session that waits is announced, so older ones are soon of no interest. */
const announcedKept = 200;

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

  /** Whether a notification has named this session, in any window: none is announced twice. */
  wasAnnounced(session: string): boolean {
    return this.#announced.includes(session);
  }

  async setAnnounced(session: string): Promise<void> {
    await this.#global.update(announcedKey, [session, ...this.#announced].slice(0, announcedKept));
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

  get #announced(): readonly unknown[] {
    const kept: unknown = this.#global.get(announcedKey);
    return Array.isArray(kept) ? (kept as readonly unknown[]) : [];
  }
}
