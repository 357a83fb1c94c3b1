import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
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
    title: 'ConvoSync: Delete',
    placeholder: 'Which session should go to the trash?',
    empty: 'There is no session to delete.',
  }));
  const { core } = await begin(parts, folder);
  const question = sessions.length === 1 ? `Delete ${nameOf(parts, sessions[0] ?? '')}?` : `Delete ${count(sessions.length, 'session')}?`;
  const goes = sessions.length === 1 ? 'It goes' : 'They go';
  const named = sessions.length === 1 ? '' : `${names(sessions.map((session) => nameOf(parts, session)))}\n\n`;
  const detail = `${named}${goes} to the trash, here and on your other devices, and can be restored from there. Your code and the conversations on this device stay as they are.`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete')) !== 'Delete') {
    throw new ConvoSyncError('cancelled', 'Nothing was deleted.');
  }
  const { sent } = await withVault(core, folder, (vault) => withProgress('Deleting', (options) => core.delete(folder, sessions, { ...options, ...vault })));
  const references = sessions.map((session) => ({ folder, session }));
  parts.failures.offer('info', `${sessions.length === 1 ? 'The session is' : 'The sessions are'} in the trash. ${whereKnown(sent)}`, { label: 'Restore', run: () => restoreSessions(parts, references[0], references) });
  await parts.overview.refresh('local');
}

export async function restoreSessions(parts: CommandParts, reference?: SessionReference, selected?: readonly SessionReference[]): Promise<void> {
  const { folder, sessions } = await chosenSessions(reference, selected, () => pickSession(parts, {
    title: 'ConvoSync: Restore',
    placeholder: 'Which session should come back from the trash?',
    empty: 'The trash is empty.',
    from: ({ trash }) => trash,
  }));
  const { core } = await begin(parts, folder);
  const { sent } = await withVault(core, folder, (vault) => withProgress('Restoring', (options) => core.restore(folder, sessions, { ...options, ...vault })));
  parts.failures.offer('info', `${sessions.length === 1 ? 'The session is' : 'The sessions are'} back. ${whereKnown(sent)}`);
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
  return message === undefined ? `session ${shortId(session)}` : `“${message}”`;
}

export function whereKnown(sent: boolean): string {
  return sent ? 'Your other devices will see that too.' : 'Your other devices will see that once there is a connection.';
}
