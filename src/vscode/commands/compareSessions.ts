/** Two sessions side by side: their files in the editor's own diff view, the messages that only one holds as a document, their handoffs. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ChangedFile } from '../../core/git/changedFiles.ts';
import type { ComparedConversation, ComparedSessions, Listing } from '../../core/operations/report.ts';
import { messageText } from '../../core/session/search/messageText.ts';
import type { Message } from '../../core/session/message.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { describeCode, describeConversation, describeLines } from '../../wording/comparison.ts';
import { describeSpeaker } from '../../wording/searchHits.ts';
import { shortId } from '../../wording/short.ts';
import type { SessionReference } from '../contributions.ts';
import type { GitApi } from '../git/gitExtension.ts';
import { keepText, showText, textUri } from '../keptTexts.ts';
import { plainText } from '../plainText.ts';
import { withProgress } from '../progress.ts';
import { emptyTree, isInside } from '../sessionPage/links.ts';
import { compareHandoffs } from './handoffs.ts';
import type { CommandParts } from './parts.ts';
import { othersFirst, pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

const icons: Record<ChangedFile['change'], string> = { added: 'diff-added', removed: 'diff-removed', changed: 'diff-modified', moved: 'diff-renamed' };

interface Choice extends vscode.QuickPickItem {
  open?: () => Thenable<unknown>;
}

/** @param selected in the tree: two of them are the ones to compare */
export async function compareSessions(parts: CommandParts, reference?: SessionReference, selected: readonly SessionReference[] = []): Promise<void> {
  const title = t`ConvoSync: Compare Sessions`;
  const first = reference ?? (await pickSession(parts, { title, placeholder: t`Which session is to be compared?`, empty: t`No session has been saved for this repository yet.` }));
  const others = (listing: Listing): SavedSession[] => othersFirst(listing).filter(({ outline }) => outline.id !== first.session);
  const second = selected.find(({ session }) => selected.length === 2 && session !== first.session) ?? await pickSession(parts, { title, placeholder: t`With which other one?`, from: others, empty: t`There is no other session here yet.` });
  const { folder } = first;
  const core = await parts.core.forUser();
  const compared = await withVault(core, folder, (vault) => withProgress(t`Comparing`, (options) => core.compare(folder, first.session, second.session, { ...options, ...vault, refresh: false })));
  const picked = await vscode.window.showQuickPick(choices(parts, folder, compared), { title: `${title} ${namesOf(compared)}`, placeHolder: plainText(t`Code: ${describeCode(compared.code)}`), matchOnDescription: true, ignoreFocusOut: true });
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'Nothing was opened.');
  }
  await picked.open?.();
}

function choices(parts: CommandParts, folder: string, compared: ComparedSessions): Choice[] {
  const { code, conversations, handoff, older, newer } = compared;
  const { git } = parts.workspace;
  const files = (git && code?.filter(({ path: file }) => isInside(folder, path.resolve(folder, file)))) ?? [];
  const references = [older, newer].map(({ session }): SessionReference => ({ folder, session: session.outline.id }));
  const hasOther = handoff.some(({ change }) => change !== 'same');
  return [
    separator(t`Code`),
    ...(git && files.length > 1 ? [{ label: t`All Files`, description: describeCode(code), iconPath: new vscode.ThemeIcon('diff-multiple'), open: () => openAll(git, folder, files, namesOf(compared)) }] : []),
    ...(git ? files.map((file): Choice => ({ label: plainText(file.path), description: plainText(file.was === undefined ? describeLines(file) : t`${describeLines(file)} · was ${file.was}`), iconPath: new vscode.ThemeIcon(icons[file.change]), open: () => openOne(git, folder, file, namesOf(compared)) })) : []),
    ...(files.length === 0 ? [{ label: describeCode(code), iconPath: new vscode.ThemeIcon('info') }] : []),
    separator(t`Conversations`),
    ...conversations.map((conversation): Choice => ({ label: plainText(conversation.title ?? shortId(conversation.id)), description: plainText(`${conversation.agentName} · ${describeConversation(conversation)}`), iconPath: new vscode.ThemeIcon('comment-discussion'), open: () => openMessages(compared, conversation) })),
    separator(t`Handoff`),
    hasOther ? { label: t`Compare Handoffs`, iconPath: new vscode.ThemeIcon('note'), open: () => compareHandoffs(parts, references[0], references[1]) } : { label: t`The same.`, iconPath: new vscode.ThemeIcon('info') },
  ];
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function namesOf({ older, newer }: ComparedSessions): string {
  return `${shortId(older.session.outline.id)} ↔ ${shortId(newer.session.outline.id)}`;
}

function openOne(git: GitApi, folder: string, file: ChangedFile, names: string): Thenable<unknown> {
  const [, from, to] = sides(git, folder, file);
  return vscode.commands.executeCommand('vscode.diff', from, to, `${path.basename(file.path)} (${names})`, { preview: true });
}

function openAll(git: GitApi, folder: string, files: readonly ChangedFile[], names: string): Thenable<unknown> {
  return vscode.commands.executeCommand('vscode.changes', names, files.map((file) => sides(git, folder, file)));
}

function sides(git: GitApi, folder: string, { path: file, was, from, to }: ChangedFile): [vscode.Uri, vscode.Uri, vscode.Uri] {
  const uri = vscode.Uri.file(path.resolve(folder, file));
  return [uri, git.toGitUri(vscode.Uri.file(path.resolve(folder, was ?? file)), from ?? emptyTree), git.toGitUri(uri, to ?? emptyTree)];
}

async function openMessages(compared: ComparedSessions, conversation: ComparedConversation): Promise<void> {
  const { older, newer } = compared;
  const uri = textUri(`/${namesOf(compared)}/Messages.txt`, `${older.session.outline.id} ${newer.session.outline.id} ${conversation.agent} ${conversation.id}`);
  const part = ({ session }: ComparedSessions['older'], messages: readonly Message[]): string[] =>
    messages.length === 0 ? [] : [t`Only in ${shortId(session.outline.id)}, from ${session.device.name}:`, ...messages.map((message) => `${describeSpeaker({ said: message.author })}:\n${messageText(message)}`)];
  await showText(keepText(uri, [t`${conversation.title ?? shortId(conversation.id)}: ${describeConversation(conversation)}.`, ...part(older, conversation.onlyOlder), ...part(newer, conversation.onlyNewer)].join('\n\n')));
}
