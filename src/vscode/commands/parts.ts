import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { TerminalHistory } from '../context/terminalHistory.ts';
import type { Failures } from '../failures.ts';
import type { HandoffEditor } from '../handoffEditor.ts';
import type { LazyCore } from '../lazyCore.ts';
import type { OutputLogger } from '../output.ts';
import type { Overview } from '../overview.ts';
import type { PersistentState } from '../persistentState.ts';
import type { SessionPages } from '../sessionPage/sessionPages.ts';
import type { SessionsView } from '../sessionsView/sessionsView.ts';
import type { Workspace } from '../workspace.ts';

/** What commands work with. */
export interface CommandParts {
  core: Pick<LazyCore, 'forUser' | 'forget'>;
  workspace: Workspace;
  overview: Overview;
  failures: Failures;
  logger: OutputLogger;
  handoffEditor: HandoffEditor;
  pages: SessionPages;
  sessionsView: SessionsView;
  terminals: TerminalHistory;
  state: PersistentState;
}

/** The folder that a menu names; undefined where it names another thing, such as a terminal. */
export function folderOf(passed: unknown): string | undefined {
  if (typeof passed !== 'object' || passed === null) {
    return undefined;
  }
  const { folder, rootUri } = passed as { folder?: unknown; rootUri?: { scheme?: unknown; fsPath?: unknown } };
  const named = folder ?? (rootUri?.scheme === 'file' ? rootUri.fsPath : undefined);
  return typeof named === 'string' ? named : undefined;
}

/** Core as the user's own command needs it, and the folder that the command is meant for. */
export async function begin({ core, workspace }: Pick<CommandParts, 'core' | 'workspace'>, folder?: string): Promise<{ core: ConvoSync; folder: string }> {
  const chosen = folder ?? (await workspace.chooseFolder());
  return { core: await core.forUser(), folder: chosen };
}
