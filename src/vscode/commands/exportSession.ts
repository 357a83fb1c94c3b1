/** Sessions as documents of the user's own. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { OpenedSession } from '../../core/operations/report.ts';
import { type DocumentFormat, extensions } from '../../wording/exportFormats.ts';
import { exportDocument } from '../../wording/exports.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import type { SessionReference } from '../contributions.ts';
import { withProgress } from '../progress.ts';
import { chosenSessions } from './delete.ts';
import { begin, type CommandParts } from './parts.ts';
import { pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

const longestName = 60;

interface Form extends vscode.QuickPickItem {
  format: DocumentFormat;
}

const forms: readonly Form[] = [
  { label: 'HTML', description: 'to be read in a browser, and printed', format: 'html' },
  { label: 'Markdown', description: 'to be read in an editor', format: 'markdown' },
  { label: 'JSON', description: 'for programs, with everything that is known of it', format: 'json' },
];

/** One session goes into a file, and several into a folder; of form and place the user is asked once. */
export async function exportSessions(parts: CommandParts, reference?: SessionReference, selected?: readonly SessionReference[]): Promise<void> {
  const { folder, sessions } = await chosenSessions(reference, selected, () => pickSession(parts, {
    title: 'ConvoSync: Export Session',
    placeholder: 'Which session do you want as a document?',
    empty: 'No session has been saved for this repository yet.',
  }));
  const form = await vscode.window.showQuickPick(forms, { title: 'ConvoSync: Export Session', placeHolder: 'As what?' });
  if (!form) {
    throw new ConvoSyncError('cancelled', 'No form was chosen.');
  }
  const { core } = await begin(parts, folder);
  const [first = '', ...others] = sessions;
  await (others.length === 0 ? exportOne(parts, core, { folder, session: first }, form) : exportSeveral(parts, core, { folder, sessions }, form));
}

async function exportOne({ failures }: CommandParts, core: ConvoSync, { folder, session }: SessionReference, { format, label }: Form): Promise<void> {
  const opened = await withVault(core, folder, (vault) => withProgress('Reading', (options) => core.open(folder, session, { ...options, ...vault, refresh: false })));
  const uri = await vscode.window.showSaveDialog({ title: 'Export Session', defaultUri: vscode.Uri.file(path.join(path.dirname(folder), `${nameFor(opened)}.${extensions[format][0]}`)), filters: { [label]: [...extensions[format]] } });
  if (uri) {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(exportDocument(format, opened)));
    failures.offer('info', `The session is in ${path.basename(uri.fsPath)}.`, { label: 'Open', run: () => show(uri, format) });
  }
}

/** Each file has the session's id in its name, so two sessions never share one. */
async function exportSeveral({ failures }: CommandParts, core: ConvoSync, { folder, sessions }: { folder: string; sessions: readonly string[] }, { format }: Form): Promise<void> {
  const [target] = (await vscode.window.showOpenDialog({ title: `Export ${count(sessions.length, 'Session')}`, openLabel: 'Export Here', canSelectFiles: false, canSelectFolders: true, defaultUri: vscode.Uri.file(path.dirname(folder)) })) ?? [];
  if (!target) {
    throw new ConvoSyncError('cancelled', 'Nothing was exported.');
  }
  await withVault(core, folder, (vault) => withProgress('Exporting', async (options) => {
    for (const session of sessions) {
      const opened = await core.open(folder, session, { ...options, ...vault, refresh: false });
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, `${nameFor(opened)}-${shortId(session)}.${extensions[format][0]}`), Buffer.from(exportDocument(format, opened)));
    }
  }));
  failures.offer('info', `${count(sessions.length, 'session')} are in ${path.basename(target.fsPath)}.`);
}

async function show(uri: vscode.Uri, format: DocumentFormat): Promise<void> {
  await (format === 'html' ? vscode.env.openExternal(uri) : vscode.commands.executeCommand('vscode.open', uri));
}

function nameFor({ session: { summary } }: OpenedSession): string {
  const name = summary.message.replace(/[^\p{L}\p{N}]+/gu, ' ').trim().slice(0, longestName).trim().replaceAll(' ', '-');
  return name === '' ? 'session' : name;
}
