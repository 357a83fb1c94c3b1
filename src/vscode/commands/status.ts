/** Status: a pick whose rows act. */
import * as vscode from 'vscode';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { Status } from '../../core/operations/report.ts';
import { t } from '../../l10n/language.ts';
import { deviceIcons } from '../../protocol/deviceIcons.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { explainError } from '../../wording/errors.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { describeNote } from '../../wording/reports.ts';
import { bytes, count, names } from '../../wording/quantities.ts';
import { shortCommit } from '../../wording/short.ts';
import { describeFreshness, describeSync, describeTries } from '../../wording/status.ts';
import { age } from '../../wording/time.ts';
import { plainText } from '../plainText.ts';
import { statusIcon } from '../statusBarContent.ts';
import { SteadyRows } from '../steadyRows.ts';
import { sessionFacts } from '../sessionText.ts';
import { renameDevice } from './device.ts';
import { begin, type CommandParts } from './parts.ts';
import { resume } from './resume.ts';
import { save, sendQueued } from './save.ts';
import { undoResume, undoSave } from './undo.ts';
import { lockVault } from './vault.ts';
import { type VaultAnswer, withVault } from './withVault.ts';

interface Row extends vscode.QuickPickItem {
  act?: () => Thenable<unknown>;
}

export async function showStatus(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  try {
    const picked = await withVault(core, folder, (answer) => pickRow(parts, { core, folder, answer }));
    await picked?.act?.();
  } finally {
    void parts.overview.refresh('local');
  }
}

/** Undefined when the user leaves it at looking. Closes the pick before it throws that the vault has to be opened first. */
async function pickRow(parts: CommandParts, { core, folder, answer }: { core: ConvoSync; folder: string; answer: VaultAnswer }): Promise<Row | undefined> {
  const { overview } = parts;
  const pick = vscode.window.createQuickPick<Row>();
  const controller = new AbortController();
  pick.title = t`ConvoSync: Status`;
  pick.placeholder = t`Where things stand; a row does what it names`;
  pick.matchOnDescription = true;
  // An editor with a page in it may take the focus back after the palette has closed.
  pick.ignoreFocusOut = true;
  pick.busy = true;
  const rows = new SteadyRows(pick);
  if (overview.state.kind === 'ready' && overview.state.folder === folder) {
    rows.replace(rowsOf(parts, folder, overview.state.status));
  }
  const accepted = new Promise<Row | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const [row] = pick.selectedItems;
      if (row && rows.isMeant(row)) {
        resolve(row);
      }
    });
    pick.onDidHide(() => resolve(undefined));
  });
  pick.show();
  try {
    const looked = core.status(folder, { ...answer, signal: controller.signal }).then((status) => {
      rows.replace(rowsOf(parts, folder, status));
      pick.busy = false;
    });
    return await Promise.race([accepted, looked.then(() => accepted)]);
  } finally {
    controller.abort();
    pick.dispose();
  }
}

function rowsOf(parts: CommandParts, folder: string, status: Status): Row[] {
  const now = new Date();
  const { repository, branch, commit, subject, changes, ahead, behind, conversation, resumable, queued, tries, listing, code, devices, undo } = status;
  const distance = [...(ahead ? [t`${count(ahead, 'commit')} ahead`] : []), ...(behind ? [t`${count(behind, 'commit')} behind`] : [])];
  return [
    row(statusIcon(status), describeSync(status, now), describeFreshness(listing.refreshed, now), () => vscode.commands.executeCommand('convosync.refresh')),
    ...(listing.problem ? [row('warning', explainError(listing.problem).title, t`try again`, () => vscode.commands.executeCommand('convosync.refresh'))] : []),

    separator(t`What to do`),
    ...(resumable ? [row('cloud-download', t`Resume “${resumable.summary.message}”`, `${resumable.device.name} · ${sessionFacts(resumable, now)}`, () => resume(parts, { folder, session: resumable.summary.id }))] : []),
    row('save', t`Save…`, conversation && conversation.unsaved > 0 ? t`${count(conversation.unsaved, 'message')} not saved` : '', () => save(parts)),
    ...(queued > 0 ? [row('cloud-upload', t`Send Now`, tries === undefined ? t`${count(queued, 'session')} waiting on this device` : t`${count(queued, 'session')} waiting on this device ${describeTries(tries, now)}`, () => sendQueued(parts, folder))] : []),
    ...(undo.save === undefined ? [] : [row('discard', t`Undo Last Save`, '', () => undoSave(parts, folder))]),
    ...(undo.resume === undefined ? [] : [row('discard', t`Undo Last Resume`, '', () => undoResume(parts, folder))]),

    separator(t`This repository`),
    row('repo', repository.name, [branch ?? t`no branch`, ...(commit === undefined ? [] : [`@ ${shortCommit(commit)}`]), ...distance].join(' '), () => vscode.commands.executeCommand('workbench.view.scm'), subject),
    row('diff', changes.length === 0 ? t`No uncommitted changes` : t`${count(changes.length, 'file')} changed`, names(changes.map(({ path }) => path)), () => vscode.commands.executeCommand('workbench.view.scm')),
    conversation
      ? row('comment-discussion', conversation.title ?? t`Conversation without a title`, [conversation.agentName, count(conversation.messages, 'message'), age(conversation.modified, now), ...(conversation.running ? [t`running`] : [])].join(' · '), () => vscode.commands.executeCommand('convosync.conversation.follow'))
      : row('comment-discussion', t`No conversation was found for this folder`, ''),

    separator(t`Vault`),
    row('list-tree', count(listing.sessions.length, 'session'), t`${bytes(status.stored)} stored`, () => vscode.commands.executeCommand('convosync.sessions.focus')),
    row('archive', listing.place === undefined ? t`Kept on this device alone` : t`Kept at ${listing.place}`, t`choose where`, async () => (await import('./keys.ts')).choosePlace(parts)),
    listing.sealing === 'sealed'
      ? row('lock', describePrivacy(listing), t`lock it on this device`, () => lockVault(parts))
      : row('unlock', describePrivacy(listing), ''),
    ...(code === undefined ? [] : [row('key', t`State ${code}`, t`the same on a device that sees the same sessions`, () => vscode.env.clipboard.writeText(code))]),
    ...listing.notes.map((note) => note.kind === 'generic-device-name'
      ? row('edit', describeNote(note), '', () => renameDevice(parts))
      : row('info', describeNote(note), '')),

    separator(t`Devices`),
    ...devices.map(({ device, here, lastSeen }) => here
      ? row(deviceIcons[device.kind], deviceName(device, devices), t`this device · rename`, () => renameDevice(parts))
      : row(deviceIcons[device.kind], deviceName(device, devices), t`last seen ${age(lastSeen, now)}`)),
  ];
}

function row(icon: string, label: string, description: string, act?: () => Thenable<unknown>, detail?: string): Row {
  return {
    label: plainText(label),
    description: plainText(description),
    ...(detail === undefined ? {} : { detail: plainText(detail) }),
    iconPath: new vscode.ThemeIcon(icon),
    ...(act === undefined ? {} : { act }),
  };
}

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
