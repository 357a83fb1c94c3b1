/** What gives a vault new keys: sealing a readable one, and taking a device out. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import { isRecoveryKey } from '../../core/vault/secret.ts';
import { t } from '../../l10n/language.ts';
import { deviceIcons } from '../../protocol/deviceIcons.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { describeRevoked, describeSealed, describeSealedAgain, revoking, sealing, sealingAgain } from '../../wording/renewedKeys.ts';
import { age } from '../../wording/time.ts';
import type { DeviceReference } from '../contributions.ts';
import { plainText } from '../plainText.ts';
import { withProgress } from '../progress.ts';
import { askForPassphrase } from './askForPassphrase.ts';
import { begin, type CommandParts } from './parts.ts';
import { showRecoveryKey } from './recoveryKey.ts';
import { unlock, withVault } from './withVault.ts';

export async function sealVault(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const { sealing: now, readableSessions = 0 } = await withVault(core, folder, (answer) => withProgress(t`Looking`, (options) => core.describeVault(folder, { ...options, ...answer })));
  if (now === 'sealed') {
    return sealAgain(parts, core, folder, readableSessions);
  }
  const seal = t`Seal`;
  if ((await vscode.window.showInformationMessage(t`Seal the vault?`, { modal: true, detail: sealing.question }, seal)) !== seal) {
    throw new ConvoSyncError('cancelled', 'The vault stays as it is.');
  }
  const passphrase = await askForPassphrase(t`ConvoSync: Seal the Vault`);
  const sealed = await withProgress(t`Sealing the vault`, (options) => core.seal(folder, { passphrase }, options));
  await showRecoveryKey(core, folder, sealed.recoveryKey, describeSealed(sealed).join(' '));
  await (sealed.readable > 0 ? sealAgain(parts, core, folder, sealed.readable) : parts.overview.refresh('user'));
}

/** Offers to store once more, sealed, what was saved before. */
async function sealAgain(parts: CommandParts, core: ConvoSync, folder: string, readable: number): Promise<void> {
  const storeSealed = t`Store Sealed`;
  const pressed = readable > 0 && (await vscode.window.showInformationMessage(sealingAgain.question(readable), { modal: true, detail: sealingAgain.detail }, storeSealed));
  const report = pressed === storeSealed ? await withProgress(t`Storing sessions once more, sealed`, (options) => core.clean(folder, { ...options, sealsAgain: true })) : undefined;
  await parts.overview.refresh('user');
  const said = report ? describeSealedAgain(report) : readable > 0 ? [] : [sealingAgain.none];
  if (said.length > 0) {
    await vscode.window.showInformationMessage(said.join(' '));
  }
}

/** @param reference the device, where it was chosen from a list already */
export async function revokeDevice(parts: CommandParts, reference?: DeviceReference): Promise<void> {
  const { core, folder } = await begin(parts, reference?.folder);
  const { id, name } = await chooseDevice(parts, folder, reference?.device);
  const title = t`ConvoSync: Take a Device Out`;
  const takeOut = t`Take Out`;
  if ((await vscode.window.showWarningMessage(plainText(revoking.question(name)), { modal: true, detail: revoking.consequence }, takeOut)) !== takeOut) {
    throw new ConvoSyncError('cancelled', 'The device was not taken out.');
  }
  const current = await unlock(core, folder, { title, prompt: t`The vault’s passphrase, or its recovery key` });
  const next = isRecoveryKey(current) || (await wantsNewPassphrase()) ? { next: { passphrase: await askForPassphrase(title) } } : {};
  const { recoveryKey } = await withProgress(t`Taking the device out`, (options) => core.revoke(folder, { device: id, current, ...next }, options));
  await showRecoveryKey(core, folder, recoveryKey, [t`The earlier recovery key opens the vault no more.`, ...describeRevoked(name, { keepsPassphrase: next.next === undefined })].join(' '));
  await parts.overview.refresh('user');
}

async function chooseDevice({ core: lazy }: CommandParts, folder: string, chosen?: string): Promise<{ id: string; name: string }> {
  const core = await lazy.forUser();
  const { devices } = await withVault(core, folder, (answer) => withProgress(t`Looking`, (options) => core.status(folder, { ...options, ...answer })));
  const others = devices.filter(({ here, revoked }) => !here && !revoked);
  const picked = others.find(({ device }) => device.id === chosen) ?? await vscode.window.showQuickPick(
    others.map(({ device, lastSeen }) => ({ label: plainText(deviceName(device, devices)), description: t`last seen ${age(lastSeen, new Date())}`, iconPath: new vscode.ThemeIcon(deviceIcons[device.kind]), device })),
    { title: t`ConvoSync: Take a Device Out`, placeHolder: t`Which device is no longer yours, or lost?` },
  );
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'No device was chosen.');
  }
  return { id: picked.device.id, name: deviceName(picked.device, devices) };
}

async function wantsNewPassphrase(): Promise<boolean> {
  const picked = await vscode.window.showQuickPick(
    [{ ...revoking.change, isNew: true }, { ...revoking.keep, isNew: false }],
    { title: t`ConvoSync: Take a Device Out`, placeHolder: revoking.passphrase, ignoreFocusOut: true },
  );
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'The device was not taken out.');
  }
  return picked.isNew;
}
