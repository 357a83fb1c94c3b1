import type { Status } from '../core/operations/report.ts';
import type { Device } from '../core/session/device.ts';

/** This device first, also before it has saved anything; `lastSeen` of the others in ISO 8601. */
export function allDevices({ devices, listing }: Pick<Status, 'devices' | 'listing'>): { device: Device; lastSeen?: string; revoked: boolean }[] {
  return [{ device: listing.here, revoked: false }, ...devices.filter(({ here }) => !here).map(({ device, lastSeen, revoked }) => ({ device, lastSeen, revoked }))];
}
