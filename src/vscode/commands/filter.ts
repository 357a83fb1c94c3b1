import * as vscode from 'vscode';
import { t } from '../../l10n/language.ts';
import { sessionsViewId } from '../contributions.ts';
import type { CommandParts } from './parts.ts';

/** Asks for words, and shows in the tree only the sessions that have all of them. Escape leaves the filter as it is. */
export async function filterSessions({ sessionsView }: CommandParts): Promise<void> {
  const words = await vscode.window.showInputBox({
    title: t`ConvoSync: Filter Sessions`,
    prompt: t`Words that are in a session’s title, branch, handoff, conversation title or device. Nothing shows all sessions.`,
    placeHolder: t`such as: menu laptop`,
    value: sessionsView.filter,
  });
  if (words !== undefined) {
    sessionsView.setFilter(words);
    await vscode.commands.executeCommand(`${sessionsViewId}.focus`);
  }
}
