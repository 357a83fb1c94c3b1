/** A session as a Markdown document of the user's own. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { sessionMarkdown } from '../../wording/sessionMarkdown.ts';
import type { SessionReference } from '../contributions.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';
import { pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

const longestName = 60;

export async function exportSession(parts: CommandParts, reference?: SessionReference): Promise<void> {
  const { folder, session } = reference ?? (await pickSession(parts, {
    title: 'ConvoSync: Export as Markdown',
    placeholder: 'Which session do you want as a document?',
    empty: 'No session has been saved for this repository yet.',
  }));
  const { core } = await begin(parts, folder);
  const opened = await withVault(core, folder, (vault) => withProgress('Reading', (options) => core.open(folder, session, { ...options, ...vault, refresh: false })));
  const name = opened.session.summary.message.replace(/[^\p{L}\p{N}]+/gu, ' ').trim().slice(0, longestName).trim().replaceAll(' ', '-');
  const uri = await vscode.window.showSaveDialog({ title: 'Export Session', defaultUri: vscode.Uri.file(path.join(path.dirname(folder), `${name === '' ? 'session' : name}.md`)), filters: { Markdown: ['md'] } });
  if (uri) {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(sessionMarkdown(opened)));
    parts.failures.offer('info', `The session is in ${path.basename(uri.fsPath)}.`, { label: 'Open', run: async () => vscode.commands.executeCommand('vscode.open', uri) });
  }
}
