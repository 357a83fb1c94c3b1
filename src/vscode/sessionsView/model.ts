/** The tree as data: what stands at the top, and what lies below each device. Pure, so that it can be tested alone. */
import type { ConvoSyncError } from '../../core/common/errors.ts';
import type { Status } from '../../core/operations/report.ts';
import type { Device } from '../../core/session/device.ts';
import type { SavedSession, TrashedSession } from '../../core/vault/state.ts';
import { deviceName } from '../../wording/deviceName.ts';

export interface DeviceGroup {
  device: Device;
  /** How it is called among the others. */
  name: string;
  here: boolean;
  /** Newest first; never empty. */
  sessions: SavedSession[];
}

export interface SessionsModel {
  /** Why what is shown is not from now. */
  stale: { error: ConvoSyncError | undefined; refreshed: string | undefined } | undefined;
  /** The device that saved last comes first. */
  devices: DeviceGroup[];
  trash: TrashedSession[];
  /** The session of another device that is newer than what is here. */
  resumable: string | undefined;
}

export function sessionsModel({ listing, resumable }: Pick<Status, 'listing' | 'resumable'>): SessionsModel {
  const groups = new Map<string, DeviceGroup>();
  for (const session of listing.sessions) {
    const { device } = session;
    const group = groups.get(device.id) ?? { device, name: device.name, here: device.id === listing.here.id, sessions: [] };
    group.sessions.push(session);
    groups.set(device.id, group);
  }
  return {
    stale: listing.problem && { error: listing.problem, refreshed: listing.refreshed },
    devices: [...groups.values()].map((group, _, all) => ({ ...group, name: deviceName(group.device, all) })),
    trash: listing.trash,
    resumable: resumable?.outline.id,
  };
}

/** Ids of the devices whose rows differ; undefined when the top itself does, and all has to be drawn anew. */
export function changedDevices(before: SessionsModel, after: SessionsModel): string[] | undefined {
  if (topOf(before) !== topOf(after)) {
    return undefined;
  }
  return after.devices.filter((group, index) => rowsOf(group, after) !== rowsOf(before.devices[index], before)).map(({ device }) => device.id);
}

function topOf({ stale, devices, trash }: SessionsModel): string {
  return JSON.stringify([
    stale && [stale.error?.code, stale.refreshed],
    devices.map(({ device, name, here, sessions }) => [device.id, name, device.kind, here, sessions.length]),
    trash.map(({ outline }) => outline.id),
  ]);
}

function rowsOf(group: DeviceGroup | undefined, { resumable }: SessionsModel): string {
  return JSON.stringify(group?.sessions.map(({ outline, queued }) => [outline.id, queued, outline.id === resumable]));
}
