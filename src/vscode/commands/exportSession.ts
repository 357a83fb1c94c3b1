/** A session as a document of the user's own. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { type DocumentFormat, extensions } from '../../wording/exportFormats.ts';
import { exportDocument } from '../../wording/exports.ts';
import type { SessionReference } from '../contributions.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';
import { pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

const longestName = 60;

const forms: readonly (vscode.QuickPickItem & { format: DocumentFormat })[] = [
  { label: 'HTML', description: 'to be read in a browser, and printed', format: 'html' },
  { label: 'Markdown', description: 'to be read in an editor', format: 'markdown' },
  { label: 'JSON', description: 'for programs, with everything that is known of it', format: 'json' },
];

export async function exportSession(parts: CommandParts, reference?: SessionReference): Promise<void> {
  const { folder, session } = reference ?? (await pickSession(parts, {
    title: 'ConvoSync: Export Session',
    placeholder: 'Which session do you want as a document?',
    empty: 'No session has been saved for this repository yet.',
  }));
  const form = await vscode.window.showQuickPick(forms, { title: 'ConvoSync: Export Session', placeHolder: 'As what?' });
  if (!form) {
    throw new ConvoSyncError('cancelled', 'No form was chosen.');
  }
  const { format, label } = form;
  const { core } = await begin(parts, folder);
  const opened = await withVault(core, folder, (vault) => withProgress('Reading', (options) => core.open(folder, session, { ...options, ...vault, refresh: false })));
  const name = opened.session.summary.message.replace(/[^\p{L}\p{N}]+/gu, ' ').trim().slice(0, longestName).trim().replaceAll(' ', '-');
  const uri = await vscode.window.showSaveDialog({ title: 'Export Session', defaultUri: vscode.Uri.file(path.join(path.dirname(folder), `${name === '' ? 'session' : name}.${extensions[format][0]}`)), filters: { [label]: [...extensions[format]] } });
  if (uri) {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(exportDocument(format, opened)));
    parts.failures.offer('info', `The session is in ${path.basename(uri.fsPath)}.`, { label: 'Open', run: () => show(uri, format) });
  }
}

async function show(uri: vscode.Uri, format: DocumentFormat): Promise<void> {
  await (format === 'html' ? vscode.env.openExternal(uri) : vscode.commands.executeCommand('vscode.open', uri));
}
