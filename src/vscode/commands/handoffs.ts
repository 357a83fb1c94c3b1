/** Handoffs of sessions as read-only documents, one alone or two side by side. Loaded when one is first asked for. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { Handoffs, Listing } from '../../core/operations/report.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import type { DeviceReference, SessionReference } from '../contributions.ts';
import { isKept, keepText, showText, textUri } from '../keptTexts.ts';
import { plainText } from '../plainText.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';
import { pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

const empty = (): string => t`No session here has a handoff yet.`;

/** Newest first, whatever device they are from: picking one opens it. */
export async function showHandoffHistory(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const { inRepository } = await read(core, folder, []);
  const handoff = inRepository.length === 0 ? undefined : await pickFromRepository(inRepository);
  await (handoff ? showText(keepFromRepository(handoff)) : openHandoff(parts));
}

/** Of a session, or the one that lies in the repository alone under the name of a device; asks for a session without either. */
export async function openHandoff(parts: CommandParts, reference?: SessionReference | DeviceReference): Promise<void> {
  if (reference && 'device' in reference) {
    const { inRepository } = await read(await parts.core.forUser(), reference.folder, []);
    const handoff = inRepository.find(({ device }) => device === reference.device);
    if (!handoff) {
      throw new ConvoSyncError('usage', t`The handoff of ${reference.device} is no longer in the repository.`);
    }
    await showText(keepFromRepository(handoff));
    return;
  }
  await showText(await documentOf(parts, reference ?? (await pickSession(parts, { title: t`ConvoSync: Handoff History`, placeholder: t`Which handoff do you want to read?`, from: withHandoff, empty: empty() }))));
}

export async function compareHandoffs(parts: CommandParts, reference?: SessionReference, another?: SessionReference): Promise<void> {
  const title = t`ConvoSync: Compare Handoffs`;
  const first = reference ?? (await pickSession(parts, { title, placeholder: t`Which handoff is to be compared?`, from: withHandoff, empty: empty() }));
  const others = (listing: Listing): SavedSession[] => withHandoff(listing).filter(({ outline }) => outline.id !== first.session);
  const second = another ?? (await pickSession(parts, { title, placeholder: t`With which other one?`, from: others, empty: t`There is no other handoff here yet.` }));
  const [one, other] = [await documentOf(parts, first), await documentOf(parts, { ...second, folder: first.folder })];
  await vscode.commands.executeCommand('vscode.diff', one, other, t`Handoff ${shortId(first.session)} ↔ ${shortId(second.session)}`);
}

function withHandoff({ sessions }: Listing): SavedSession[] {
  return sessions.filter(({ summary }) => summary.excerpt !== '');
}

async function documentOf({ core }: CommandParts, { folder, session }: SessionReference): Promise<vscode.Uri> {
  const uri = textUri(`/${shortId(session)}/Handoff.md`, session);
  if (!isKept(uri)) {
    const convosync = await core.forUser();
    const { handoffs, unread } = await read(convosync, folder, [session]);
    if (unread[0]) {
      throw unread[0].error;
    }
    if (!handoffs[0]) {
      throw new ConvoSyncError('usage', t`This session has no handoff.`);
    }
    keepText(uri, handoffs[0].markdown);
  }
  return uri;
}

/** One of a device that saves no sessions; undefined for those of sessions. */
async function pickFromRepository(handoffs: Handoffs['inRepository']): Promise<Handoffs['inRepository'][number] | undefined> {
  const now = new Date();
  const picked = await vscode.window.showQuickPick([
    { label: t`Of Sessions…`, iconPath: new vscode.ThemeIcon('history'), handoff: undefined },
    { label: t`In the repository alone, of devices without ConvoSync`, kind: vscode.QuickPickItemKind.Separator, handoff: undefined },
    ...handoffs.map((handoff) => ({ label: plainText(handoff.device), ...(handoff.at === undefined ? {} : { description: age(handoff.at, now) }), iconPath: new vscode.ThemeIcon('note'), handoff })),
  ], { title: t`ConvoSync: Handoff History`, placeHolder: t`Which handoffs do you want to read?` });
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'No handoff was picked.');
  }
  return picked.handoff;
}

function read(convosync: ConvoSync, folder: string, sessions: readonly string[]): Promise<Handoffs> {
  return withVault(convosync, folder, (vault) => withProgress(t`Reading`, (options) => convosync.handoffs(folder, { ...options, ...vault, sessions, refresh: false })));
}

function keepFromRepository({ device, at, markdown }: Handoffs['inRepository'][number]): vscode.Uri {
  return keepText(textUri(`/${device.replaceAll('/', '-')}/Handoff.md`, `${device} ${at ?? ''}`), markdown);
}
