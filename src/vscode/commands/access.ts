/** Letting a device into a sealed vault that does not know its passphrase: on the new device, and on one that is in. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { pause } from '../../core/common/pause.ts';
import type { AccessRequest } from '../../core/vault/accessRequest.ts';
import { t } from '../../l10n/language.ts';
import { joining } from '../../wording/joining.ts';
import { age } from '../../wording/time.ts';
import { plainText } from '../plainText.ts';
import { withProgress } from '../progress.ts';
import { copyStateCode } from './copyStateCode.ts';
import { begin, type CommandParts } from './parts.ts';
import { withVault } from './withVault.ts';

/** Milliseconds between two looks whether the device was let in. */
const patience = 5_000;

/** Asks, shows the code, and waits until this device was let in or the user has enough of waiting. */
export async function requestAccess(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const { code } = await withProgress(t`Asking`, (options) => core.requestAccess(folder, options));
  const isIn = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `${code}: ${joining.waiting}`, cancellable: true }, async (_, token) => {
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => controller.abort());
    const { signal } = controller;
    try {
      while (!(await core.join(folder, { signal }))) {
        await pause(patience, signal);
      }
      return true;
    } finally {
      listener.dispose();
    }
  });
  if (isIn) {
    const { code: state } = await core.describeVault(folder);
    parts.failures.offer('info', joining.joined(state), ...copyStateCode(state));
    await parts.overview.refresh('user');
  }
}

export async function approveAccess(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const requests = await withVault(core, folder, () => withProgress(t`Looking who asks`, (options) => core.accessRequests(folder, options)));
  if (requests.length === 0) {
    parts.failures.offer('info', joining.nobody);
    return;
  }
  const { code, device } = await chooseRequest(requests);
  const letIn = t`Let It In`;
  if ((await vscode.window.showWarningMessage(plainText(joining.compare(device.name, code)), { modal: true, detail: joining.consequence }, letIn)) !== letIn) {
    throw new ConvoSyncError('cancelled', 'Nobody was let in.');
  }
  await withProgress(t`Letting it in`, (options) => core.approveAccess(folder, code, options));
  parts.failures.offer('info', joining.letIn(device.name));
}

async function chooseRequest(requests: readonly AccessRequest[]): Promise<AccessRequest> {
  const picked = await vscode.window.showQuickPick(
    requests.map((request) => ({ label: request.code, description: plainText(request.device.name), detail: t`asked ${age(request.asked, new Date())}`, iconPath: new vscode.ThemeIcon('vm-connect'), request })),
    { title: t`ConvoSync: Let a Device In`, placeHolder: joining.choose, ignoreFocusOut: true },
  );
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'Nobody was let in.');
  }
  return picked.request;
}
