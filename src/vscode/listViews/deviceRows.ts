/** The person's devices, this one first. */
import * as vscode from 'vscode';
import type { Status } from '../../core/operations/report.ts';
import type { Device } from '../../core/session/device.ts';
import { t } from '../../l10n/language.ts';
import { deviceIcons } from '../../protocol/deviceIcons.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { allDevices } from '../../wording/devices.ts';
import { count } from '../../wording/quantities.ts';
import { age } from '../../wording/time.ts';
import type { DeviceReference } from '../contributions.ts';
import { dateAndTime } from '../sessionText.ts';
import type { ReadyState } from './listView.ts';

function kindName(kind: Device['kind']): string | undefined {
  return { desktop: t`desktop`, laptop: t`laptop`, phone: t`phone`, container: t`container`, remote: t`remote machine`, unknown: undefined }[kind];
}

export function deviceRows({ folder, status }: ReadyState, now: Date): vscode.TreeItem[] {
  const devices = allDevices(status);
  const sessions = sessionsByDevice(status);
  return devices.map((known) => new DeviceRow(folder, known, { name: deviceName(known.device, devices), here: known.device.id === status.listing.here.id, sessions: sessions.get(known.device.id) ?? 0, now }));
}

/** Commands take it as the device that it is. */
class DeviceRow extends vscode.TreeItem implements DeviceReference {
  readonly folder: string;
  readonly device: string;

  constructor(folder: string, { device, lastSeen, revoked }: ReturnType<typeof allDevices>[number], { name, here, sessions, now }: { name: string; here: boolean; sessions: number; now: Date }) {
    super(name);
    this.folder = folder;
    this.device = device.id;
    this.id = device.id;
    const kind = kindName(device.kind);
    this.description = [
      ...(here ? [t`this device`] : []),
      ...(revoked ? [t`taken out`] : []),
      ...(lastSeen === undefined ? [] : [t`last seen ${age(lastSeen, now)}`]),
      ...(kind === undefined ? [] : [kind]),
      count(sessions, 'session'),
    ].join(' · ');
    this.tooltip = lastSeen === undefined ? name : t`${name}, last seen ${dateAndTime(lastSeen)}`;
    this.iconPath = revoked ? new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground')) : new vscode.ThemeIcon(deviceIcons[device.kind]);
    this.contextValue = here ? 'device.here' : revoked ? 'device.revoked' : 'device';
    this.accessibilityInformation = { label: `${name}, ${this.description}` };
  }
}

function sessionsByDevice({ listing }: Status): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { device } of listing.sessions) {
    counts.set(device.id, (counts.get(device.id) ?? 0) + 1);
  }
  return counts;
}
