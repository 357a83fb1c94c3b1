/** Where a session page takes from what it shows. */
import type * as vscode from 'vscode';
import type { Overview } from '../overview.ts';
import type { LazyCore } from '../lazyCore.ts';
import type { HostMessage } from '../../protocol/session.ts';
import type { Conversation } from './rows.ts';

export interface PageConversation extends Conversation {
  agent: string;
  id: string;
}

export interface PageContents {
  /** What the page is told first. */
  head: Extract<HostMessage, { type: 'session' }>;
  /** In the order of those in the head. */
  conversations: readonly PageConversation[];
}

export interface PageSource {
  /** Top of the repository. */
  readonly folder: string;
  /** The id of a session; empty where none is shown, but what goes on here. */
  readonly session: string;
  /** What was loaded may be otherwise by now. */
  readonly onDidChange: vscode.Event<void>;
  /** @param refresh false asks no network */
  load(options: { refresh: boolean; signal: AbortSignal }): Promise<PageContents>;
  dispose(): void;
}

export interface PageSourceParts {
  core: Pick<LazyCore, 'forUser'>;
  overview: Overview;
}
