/** What a resume into another folder leaves for the window on that folder. */
import * as vscode from 'vscode';
import type { Logger } from '../../core/common/logger.ts';
import { configuration } from '../configuration.ts';
import type { LazyCore } from '../lazyCore.ts';
import type { PersistentState } from '../persistentState.ts';
import { onlyWanted, restoreContext } from './restoreContext.ts';

/** Does nothing in any other window. Never rejects. */
export async function openAgain(core: Pick<LazyCore, 'inBackground'>, state: PersistentState, logger: Logger): Promise<void> {
  const { opensAgain } = state;
  if (opensAgain === undefined || vscode.workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === opensAgain.folder) !== true) {
    return;
  }
  await state.setOpensAgain(undefined);
  try {
    const convosync = await core.inBackground();
    const { session, manifest: { context } } = await convosync.describe(opensAgain.folder, opensAgain.session, { refresh: false });
    if (context) {
      await restoreContext(opensAgain.folder, onlyWanted(context, configuration.context), session, logger);
    }
  } catch (error) {
    logger.error('what was open around the session could not be read', error);
  }
}
