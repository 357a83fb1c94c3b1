/**
 * What tells that a home was cloned to another machine or restored from a backup, where its writers would write their
 * sequence numbers a second time. It is a first look that costs nothing; a writer also compares the log at the store
 * with what it wrote last, which finds the clones that share even this.
 *
 * A changed fingerprint of an unchanged home is harmless: a new writer of the same device takes over. It happens when
 * the operating system is installed anew over a kept home, when the home is moved to another disk or folder by copying,
 * and without a machine id when the host is renamed.
 */
import { stat } from 'node:fs/promises';
import { keyedHash } from '../common/hash.ts';
import type { Home } from './home.ts';

export interface HostFacts {
  hostname: string;
  platform: NodeJS.Platform;
  /** `/etc/machine-id` or the like, where readable. */
  machineId?: string;
  /** See `homeInode`. */
  homeInode: string;
}

/** Lower-case hex; says nothing of the host to who reads it. */
export function hostFingerprint({ hostname, platform, machineId, homeInode }: HostFacts): string {
  // A host's name changes with its network, so it counts only where nothing better is known, and without its domain.
  const host = machineId?.trim() ?? `host ${hostname.split('.')[0]?.toLowerCase() ?? ''}`;
  return keyedHash(new TextEncoder().encode('convosync host fingerprint 1'), platform, host, homeInode);
}

/** Inode and time of birth of the home's folder: a copy has others, also on the same machine. */
export async function homeInode(home: Home): Promise<string> {
  const { ino, birthtimeNs, ctimeNs } = await stat(home.root, { bigint: true });
  // Where the time of birth is unknown, Node reports zero, or the time of the last change, which does not stay.
  return birthtimeNs === 0n || birthtimeNs === ctimeNs ? String(ino) : `${ino} ${birthtimeNs}`;
}
