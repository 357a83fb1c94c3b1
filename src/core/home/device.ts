/** This machine's identity. It is made once and lies in ConvoSync's home, never in a repository. */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { randomId } from '../common/hash.ts';
import { Device, deviceNameFromHost, isGenericDeviceName } from '../session/device.ts';
import { readDocument, writeDocument } from './document.ts';
import type { Home } from './home.ts';
import { withLock } from './lock.ts';

const DeviceDocument = Device.extend({
  v: z.literal(1),
  /** True once a person has chosen the name: then it is never called generic. */
  named: z.boolean().optional(),
});
type DeviceDocument = z.infer<typeof DeviceDocument>;

export interface LoadedDevice {
  device: Device;
  /** The name came from the host and would not tell this machine from another. */
  nameIsGeneric: boolean;
  /** Made just now. */
  isNew: boolean;
}

export interface DeviceHints {
  hostname: string;
  kindHint: Device['kind'];
}

/**
 * The device of this home, made when there is none yet; two processes that start at once get the same one.
 *
 * @throws ConvoSyncError `home-unusable` for a damaged document: a new identity would silently orphan the old one
 */
export async function loadDevice(home: Home, hints: DeviceHints): Promise<LoadedDevice> {
  const known = await readDocument(home.deviceFile, DeviceDocument);
  return known ? loaded(known, false) : withDeviceLocked(home, 'making an identity for this device', async () => {
    const made = await readDocument(home.deviceFile, DeviceDocument);
    if (made) {
      return loaded(made, false);
    }
    const document: DeviceDocument = { v: 1, id: randomId(), name: deviceNameFromHost(hints.hostname), kind: hints.kindHint };
    await writeDocument(home.deviceFile, document);
    return loaded(document, true);
  });
}

/**
 * Gives the device of this home another name, cut of surrounding blanks.
 *
 * @throws ConvoSyncError `usage` for an empty, overlong or unprintable name; `home-unusable` when there is no device yet
 */
export async function renameDevice(home: Home, name: string): Promise<Device> {
  const chosen = Device.shape.name.safeParse(name.trim());
  if (!chosen.success || /\p{C}/u.test(chosen.data)) {
    throw new ConvoSyncError('usage', marked`A device name has 1 to 64 characters on one line.`, { details: { name } });
  }
  return withDeviceLocked(home, 'renaming this device', async () => {
    const known = await readDocument(home.deviceFile, DeviceDocument);
    if (!known) {
      throw new ConvoSyncError('home-unusable', 'There is no device to rename.', { details: { folder: home.root, file: home.deviceFile, reason: 'missing' } });
    }
    const renamed: DeviceDocument = { ...known, name: chosen.data, named: true };
    await writeDocument(home.deviceFile, renamed);
    return loaded(renamed, false).device;
  });
}

function loaded({ id, name, kind, named }: DeviceDocument, isNew: boolean): LoadedDevice {
  return { device: { id, name, kind }, nameIsGeneric: named !== true && isGenericDeviceName(name), isNew };
}

function withDeviceLocked<T>(home: Home, purpose: string, action: () => Promise<T>): Promise<T> {
  return withLock(home, 'device', { purpose, signal: undefined, waitMs: 10_000 }, action);
}
