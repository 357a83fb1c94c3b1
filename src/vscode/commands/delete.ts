import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { t } from '../../l10n/language.ts';
import { count, names } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import type { SessionReference } from '../contributions.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';
import { pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

/** Moves sessions to the trash, after a question. */
export async function deleteSessions(parts: CommandParts, reference?: SessionReference, selected?: readonly SessionReference[]): Promise<void> {
  const { folder, sessions } = await chosenSessions(reference, selected, () => pickSession(parts, {
    title: t`ConvoSync: Delete`,
    placeholder: t`Which session should go to the trash?`,
    empty: t`There is no session to delete.`,
  }));
  const { core } = await begin(parts, folder);
  const question = sessions.length === 1 ? t`Delete ${nameOf(parts, sessions[0] ?? '')}?` : t`Delete ${count(sessions.length, 'session')}?`;
  const goes = sessions.length === 1
    ? t`It goes to the trash, here and on your other devices, and can be restored from there. Your code and the conversations on this device stay as they are.`
    : t`They go to the trash, here and on your other devices, and can be restored from there. Your code and the conversations on this device stay as they are.`;
  const named = sessions.length === 1 ? '' : `${names(sessions.map((session) => nameOf(parts, session)))}\n\n`;
  const goOn = t`Delete`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail: `${named}${goes}` }, goOn)) !== goOn) {
    throw new ConvoSyncError('cancelled', 'Nothing was deleted.');
  }
  const { sent } = await withVault(core, folder, (vault) => withProgress(t`Deleting`, (options) => core.delete(folder, sessions, { ...options, ...vault })));
  const references = sessions.map((session) => ({ folder, session }));
  parts.failures.offer('info', `${sessions.length === 1 ? t`The session is in the trash.` : t`The sessions are in the trash.`} ${whereKnown(sent)}`, { label: t`Restore`, run: () => restoreSessions(parts, references[0], references) });
  await parts.overview.refresh('local');
}

export async function restoreSessions(parts: CommandParts, reference?: SessionReference, selected?: readonly SessionReference[]): Promise<void> {
  const { folder, sessions } = await chosenSessions(reference, selected, () => pickSession(parts, {
    title: t`ConvoSync: Restore`,
    placeholder: t`Which session should come back from the trash?`,
    empty: t`The trash is empty.`,
    from: ({ trash }) => trash,
  }));
  const { core } = await begin(parts, folder);
  const { sent } = await withVault(core, folder, (vault) => withProgress(t`Restoring`, (options) => core.restore(folder, sessions, { ...options, ...vault })));
  parts.failures.offer('info', `${sessions.length === 1 ? t`The session is back.` : t`The sessions are back.`} ${whereKnown(sent)}`);
  await parts.overview.refresh('local');
}

/** What a command in the tree was called on, each session once, or what is picked. */
export async function chosenSessions(reference: SessionReference | undefined, selected: readonly SessionReference[] | undefined, pick: () => Promise<SessionReference>): Promise<{ folder: string; sessions: string[] }> {
  const all = (selected && selected.length > 0 ? selected : [reference]).filter((one): one is SessionReference => typeof one?.session === 'string');
  const [first = await pick()] = all;
  return { folder: first.folder, sessions: [...new Set([first, ...all].map(({ session }) => session))] };
}

function nameOf({ overview }: CommandParts, session: string): string {
  const message = overview.status?.listing.sessions.find(({ outline }) => outline.id === session)?.summary.message;
  return message === undefined ? t`session ${shortId(session)}` : t`“${message}”`;
}

export function whereKnown(sent: boolean): string {
  return sent ? t`Your other devices will see that too.` : t`Your other devices will see that once there is a connection.`;
}
