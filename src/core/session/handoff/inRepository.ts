/**
 * Handoffs that lie in the repository, for people and agents without ConvoSync. Each device writes one file of its own
 * below `.convosync/handoffs`, so two devices never conflict. Everything here is text to text; callers read and write.
 */
import { sha256 } from '../../common/hash.ts';
import type { Device } from '../device.ts';

/** Relative to the repository's top, with `/`. */
export const handoffsFolder = '.convosync/handoffs';

// Names that Windows keeps for devices of its own, with any extension.
const reservedName = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * The device's name as others can tell it: with a short suffix where another device has a name that is the same in a
 * file system that ignores case and odd characters. The suffix is a hash, since an id never enters a repository.
 *
 * @param devices all that are known; the device itself may be among them
 */
export function distinctDeviceName(device: Device, devices: readonly Device[]): string {
  const fileName = fileSafe(device.name).toLowerCase();
  const shared = devices.some((other) => other.id !== device.id && fileSafe(other.name).toLowerCase() === fileName);
  return shared ? `${device.name}-${sha256(device.id).slice(0, 6)}` : device.name;
}

/** Where a device keeps its handoff, relative to the repository's top, with `/`. */
export function handoffPath(device: Device, devices: readonly Device[]): string {
  return `${handoffsFolder}/${fileSafe(distinctDeviceName(device, devices))}.md`;
}

function fileSafe(name: string): string {
  const safe = name.normalize('NFC').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return safe === '' || reservedName.test(safe.split('.')[0] ?? '') ? `device-${safe}`.replace(/-$/, '') : safe;
}
