/** Links of the page: a file as it was at a commit, or a commit's changes. The page names paths; none may leave the repository. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { t } from '../../l10n/language.ts';
import { shortCommit } from '../../wording/short.ts';
import type { GitRepository } from '../git/gitExtension.ts';
import type { Workspace } from '../workspace.ts';

/** The tree of a commit that has no parent is compared with this; no file is in it. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export async function openFile(workspace: Workspace, folder: string, file: string, commit: string | undefined): Promise<void> {
  const uri = vscode.Uri.file(path.resolve(folder, file));
  if (!isInside(folder, uri.fsPath)) {
    return;
  }
  const repository = await repositoryAt(workspace, folder);
  const known = commit !== undefined && repository && workspace.git && (await tryCommit(repository, commit)) ? workspace.git : undefined;
  if (commit === undefined || !known) {
    await vscode.commands.executeCommand('vscode.open', uri);
    return;
  }
  await vscode.commands.executeCommand('vscode.diff', known.toGitUri(uri, commit), uri, t`${path.basename(file)} (${shortCommit(commit)} ↔ now)`, { preview: true });
}

export async function openCommit(workspace: Workspace, folder: string, id: string): Promise<void> {
  const repository = await repositoryAt(workspace, folder);
  const commit = repository && (await tryCommit(repository, id));
  const git = workspace.git;
  if (!repository || !commit || !git) {
    void vscode.window.showInformationMessage(t`Commit ${shortCommit(id)} is not on this device.`);
    return;
  }
  const parent = commit.parents[0] ?? emptyTree;
  const changes = await repository.diffBetween(parent, commit.hash);
  const resources = changes.map(({ uri, originalUri, renameUri }) => [uri, git.toGitUri(originalUri, parent), git.toGitUri(renameUri ?? uri, commit.hash)]);
  await vscode.commands.executeCommand('vscode.changes', `${shortCommit(commit.hash)} ${commit.message.split('\n')[0] ?? ''}`, resources);
}

async function repositoryAt(workspace: Workspace, folder: string): Promise<GitRepository | undefined> {
  return (await workspace.repositories())?.repositoryAt(folder);
}

async function tryCommit(repository: GitRepository, commit: string): Promise<Awaited<ReturnType<GitRepository['getCommit']>> | undefined> {
  if (!/^[0-9a-f]{7,64}$/.test(commit)) {
    return undefined;
  }
  try {
    return await repository.getCommit(commit);
  } catch {
    return undefined; // Commits of other devices need not be here.
  }
}

/** Whether an absolute path is below the folder. */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
