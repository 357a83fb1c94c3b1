/** The remedies that a shell carries out itself: what git or the person has to do before core can go on. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Finding, Remedy } from '../core/git/finding.ts';
import { t } from '../l10n/language.ts';
import { listFact, textFact } from '../wording/facts.ts';

/** Remedies that lead away from the command: the person starts it again when that is done. */
const elsewhere: Partial<Record<Remedy, (finding: Finding, folder?: string) => Promise<void>>> = {
  initialise: async () => vscode.commands.executeCommand('git.init'),
  clone: async ({ details }) => vscode.commands.executeCommand('git.clone', textFact(details, 'url')),
  'open-folder': async () => vscode.commands.executeCommand('vscode.openFolder'),
  'open-other': openOther,
  'open-files': openFiles,
};

export function leadsElsewhere(remedy: Remedy): boolean {
  return elsewhere[remedy] !== undefined;
}

/**
 * Does nothing for a remedy that does not lead elsewhere.
 *
 * @param folder top of the repository that is meant
 */
export async function goElsewhere(remedy: Remedy, finding: Finding, folder?: string): Promise<void> {
  await elsewhere[remedy]?.(finding, folder);
}

/** In a window of its own: what is open in this one stays. */
export async function openWindow(folder: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow: true });
}

async function openOther({ details }: Finding): Promise<void> {
  const folders = listFact(details, 'folders');
  const folder = folders.length > 1 ? await vscode.window.showQuickPick(folders, { title: t`Open the Right One`, ignoreFocusOut: true }) : folders[0];
  if (folder !== undefined) {
    await openWindow(folder);
  }
}

/** What a `preflight-refused` found; empty for any other error. */
export function findingsOf(error: unknown): Finding[] {
  const findings = ConvoSyncError.is(error, 'preflight-refused') ? error.details['findings'] : undefined;
  return Array.isArray(findings) ? (findings as Finding[]) : [];
}

async function openFiles({ details }: Finding, folder?: string): Promise<void> {
  const files = listFact(details, 'files');
  const top = textFact(details, 'folder') ?? folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (top === undefined || files.length === 0) {
    await vscode.commands.executeCommand('workbench.view.scm');
    return;
  }
  for (const file of files) {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(vscode.Uri.file(top), file), { preview: false });
  }
}
