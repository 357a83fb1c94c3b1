/** What was said until a commit came to be, as a document, and its code in a working tree beside. The checkout stays as it is. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { t } from '../../l10n/language.ts';
import { describeReplay, noCode, replayMarkdown } from '../../wording/replay.ts';
import { shortCommit } from '../../wording/short.ts';
import { keepText, showText, textUri } from '../keptTexts.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';
import { withVault } from './withVault.ts';

export async function replayAtCommit(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const name = await vscode.window.showInputBox({
    title: t`ConvoSync: Replay at Commit`,
    prompt: t`The commit: what git takes for one, or the beginning of the id of one that a session knows`,
    placeHolder: t`such as: HEAD~3`,
    ignoreFocusOut: true,
  });
  if (name === undefined || name.trim() === '') {
    throw new ConvoSyncError('cancelled', 'No commit was named.');
  }
  const replay = await withVault(core, folder, (vault) => withProgress(t`Reading`, (options) => core.replay(folder, name.trim(), { ...options, ...vault })));
  const { session, commit, isHere } = replay;
  await showText(keepText(textUri(`/${shortCommit(commit)}/Conversation.md`, `${session.outline.id} ${commit}`), replayMarkdown(replay)));
  const openCode = async (): Promise<void> => {
    const beside = await withProgress('ConvoSync', (options) => core.addWorktree(folder, shortCommit(commit), { ...options, commit }));
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(beside), { forceNewWindow: true });
  };
  parts.failures.offer('info', isHere ? describeReplay(replay) : `${describeReplay(replay)} ${noCode()}`, ...(isHere ? [{ label: t`Open Its Code in a Worktree`, run: openCode }] : []));
}
