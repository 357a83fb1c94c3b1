/** Choosing where the sessions of a repository are kept: the place, who signs in there, and whether what is saved comes along. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { Credentials } from '../../core/storage/openStore.ts';
import { t } from '../../l10n/language.ts';
import { explainError } from '../../wording/errors.ts';
import { count } from '../../wording/quantities.ts';
import { withProgress } from '../progress.ts';
import { askSecretly } from './askSecretly.ts';
import { begin, type CommandParts } from './parts.ts';
import { type VaultAnswer, withVault } from './withVault.ts';

const title = (): string => t`ConvoSync: Choose Where Sessions Are Kept`;

/** A kind of place, and how it is asked for. */
interface Kind extends vscode.QuickPickItem {
  /** Undefined when the user backs out. */
  askForAddress: () => Promise<string | undefined>;
  /** What signing in there takes; nothing where nobody signs in here. */
  signIn?: { user: string; password: string };
}

function kinds(): Kind[] {
  return [
    {
      label: t`This Repository’s Remote`,
      detail: t`In refs of their own, which no clone or fetch brings. Nothing has to be set up.`,
      iconPath: new vscode.ThemeIcon('repo'),
      askForAddress: async () => 'remote',
    },
    {
      label: t`A Folder`,
      detail: t`Synced by Dropbox, Syncthing or the like, on a stick, or on a network drive.`,
      iconPath: new vscode.ThemeIcon('folder'),
      askForAddress: async () => {
        const [folder] = (await vscode.window.showOpenDialog({ title: title(), openLabel: t`Keep Sessions Here`, canSelectFiles: false, canSelectFolders: true })) ?? [];
        return folder?.fsPath;
      },
    },
    {
      label: t`A WebDAV Server`,
      detail: t`Nextcloud, ownCloud, a NAS, a web server of your own.`,
      iconPath: new vscode.ThemeIcon('globe'),
      askForAddress: () => askForAddress(t`The address of a folder there`, 'https://cloud.example.org/remote.php/dav/files/ada/convosync'),
      signIn: { user: t`The name that you sign in with`, password: t`Its password` },
    },
    {
      label: t`An S3-Compatible Bucket`,
      detail: t`Amazon S3, Cloudflare R2, Backblaze B2, MinIO, Ceph…`,
      iconPath: new vscode.ThemeIcon('database'),
      askForAddress: async () => {
        const address = await askForAddress(t`The service, the bucket, and a folder in it if you like`, 'https://s3.eu-central-1.amazonaws.com/my-bucket');
        return address?.replace(/^(?!s3:)/i, 's3:');
      },
      signIn: { user: t`The id of an access key`, password: t`Its secret` },
    },
    {
      label: t`Whatever rclone Knows`,
      detail: t`Google Drive, OneDrive, SFTP… by the rclone program and its own configuration.`,
      iconPath: new vscode.ThemeIcon('cloud'),
      askForAddress: async () => {
        const address = await askForAddress(t`A remote of rclone’s configuration, and a folder in it`, 'drive:convosync');
        return address?.replace(/^(?!rclone:)/i, 'rclone:');
      },
    },
    {
      label: t`Another Git Repository`,
      detail: t`One that exists, empty or not. Several repositories can keep their sessions there.`,
      iconPath: new vscode.ThemeIcon('git-branch'),
      askForAddress: async () => {
        const address = await askForAddress(t`Its address, as for git clone`, 'git@github.com:ada/sessions.git');
        return address?.replace(/^(?!git:|branches:)/i, 'git:');
      },
    },
    {
      label: t`Branches of This Repository’s Remote`,
      detail: t`For a host that takes nothing else: everybody who fetches gets these branches.`,
      iconPath: new vscode.ThemeIcon('git-branch'),
      askForAddress: async () => 'branches',
    },
  ];
}

export async function choosePlace(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const { listing } = await core.status(folder, { refresh: false }).catch(unknownWhileLocked);
  const kind = orCancelled(await vscode.window.showQuickPick(kinds(), { title: title(), placeHolder: listing.place === undefined ? t`Where are the sessions of this repository to be kept?` : t`Until now: ${listing.place}`, ignoreFocusOut: true }));
  const address = orCancelled((await kind.askForAddress())?.trim());
  const user = kind.signIn && orCancelled((await vscode.window.showInputBox({ title: title(), prompt: kind.signIn.user, ignoreFocusOut: true }))?.trim());
  const comesAlong = listing.sessions.length > 0 && orCancelled(await askWhetherAllComesAlong(listing.sessions.length)).moves;
  const answer: VaultAnswer = {};
  const said = await whileDenied(kind, user, (credentials) => (comesAlong
    ? withVault(core, folder, () => move(core, folder, address, credentials), answer)
    : use(core, folder, address, credentials)));
  parts.failures.offer('info', `${said} ${t`Choose the same place on your other devices.`}`);
  await parts.overview.refresh('user');
}

async function use(core: ConvoSync, folder: string, address: string, credentials: Credentials | undefined): Promise<string> {
  const { place, waiting, comingAlong } = await withProgress(t`Looking at the place`, (options) => core.usePlace(folder, address, { ...options, credentials, from: folder }));
  const [coming, left] = [count(comingAlong, 'session'), count(waiting, 'session')];
  return [
    t`Sessions are kept at ${place} from now on.`,
    ...(comingAlong === 0 ? [] : [comingAlong === 1 ? t`${coming} that could not be sent yet goes there with the next save.` : t`${coming} that could not be sent yet go there with the next save.`]),
    ...(waiting === 0 ? [] : [waiting === 1
      ? t`${left} still waits on this device for the former place: choose that again to send them.`
      : t`${left} still wait on this device for the former place: choose that again to send them.`]),
  ].join(' ');
}

async function move(core: ConvoSync, folder: string, address: string, credentials: Credentials | undefined): Promise<string> {
  const { place, faults } = await withProgress(t`Moving what is saved`, (options) => core.moveVault(folder, address, { ...options, credentials, from: folder }));
  return [
    t`Everything that is saved is at ${place} now, and the copy at the former place stays.`,
    ...(faults.length === 0 ? [] : [t`${count(faults.length, 'session')} could not be resumed before already, and can be deleted; a save on a device that has the work stores it as a whole again.`]),
  ].join(' ');
}

/** Asks for the password, and again with the reason while the place does not let in. Throws what else is the matter. */
async function whileDenied(kind: Kind, user: string | undefined, run: (credentials: Credentials | undefined) => Promise<string>): Promise<string> {
  if (!kind.signIn || user === undefined) {
    return run(undefined);
  }
  for (let complaint: string | undefined; ; ) {
    const password = await askSecretly({ title: title(), prompt: kind.signIn.password, ...(complaint === undefined ? {} : { complaint }) }, async () => undefined);
    try {
      return await run({ user, password });
    } catch (error) {
      if (!ConvoSyncError.is(error, 'storage-denied')) {
        throw error;
      }
      complaint = t`${explainError(error).title} ${kind.signIn.password}, once more`;
    }
  }
}

function askForAddress(prompt: string, example: string): Promise<string | undefined> {
  return Promise.resolve(vscode.window.showInputBox({ title: title(), prompt, placeHolder: example, ignoreFocusOut: true }));
}

function askWhetherAllComesAlong(sessions: number): Thenable<{ label: string; moves: boolean } | undefined> {
  return vscode.window.showQuickPick([
    { label: t`Copy What Is Saved There`, detail: t`${count(sessions, 'session')}, proven after the copy. What is at the former place stays too.`, iconPath: new vscode.ThemeIcon('files'), moves: true },
    { label: t`Keep Only New Sessions There`, detail: t`What is saved already stays where it is, and is shown again when you choose that place again.`, iconPath: new vscode.ThemeIcon('new-file'), moves: false },
  ], { title: title(), ignoreFocusOut: true });
}

function unknownWhileLocked(error: unknown): { listing: { place?: string; sessions: [] } } {
  if (ConvoSyncError.is(error, 'vault-locked', 'vault-choice')) {
    return { listing: { sessions: [] } };
  }
  throw error;
}

function orCancelled<T>(answer: T | undefined): T {
  if (answer === undefined || answer === '') {
    throw new ConvoSyncError('cancelled', 'The question was not answered.');
  }
  return answer;
}
