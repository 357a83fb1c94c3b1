import type { Device } from '../core/session/device.ts';
import { shortId } from './short.ts';

/** How a device is called among others: where one of them has the same name, with the beginning of its id, which is accepted where a device is asked for. */
export function deviceName({ id, name }: Device, among: readonly { device: Device }[]): string {
  const isShared = among.some(({ device: other }) => other.id !== id && other.name.toLowerCase() === name.toLowerCase());
  return isShared ? `${name} (${shortId(id)})` : name;
}
