/** What ConvoSync must leave as it was: the user's repository. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import * as path from 'node:path';
import { resolveHome } from '../../src/core/home/home.ts';
import { type Device, run } from './device.ts';

/** Every file below a folder with the hash of its content, `.git` included. */
export function everyFile(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const content = entry.isSymbolicLink() ? readlinkSync(file) : readFileSync(file);
      return [path.relative(folder, file), createHash('sha256').update(content).digest('hex')];
    }));
}

/** Refs, settings, hooks, stash and objects of the device's clone hold nothing of ConvoSync's, and nothing is broken. */
export function assertNoFootprint(device: Device): void {
  assert.doesNotMatch(device.git('for-each-ref', '--format=%(refname)'), /convosync|refs\/(x|scratch)\//);
  assert.doesNotMatch(device.git('config', '--local', '--list', '--name-only'), /^convosync\./im);
  assert.equal(device.git('stash', 'list'), '');
  assert.doesNotMatch(device.git('fsck', '--connectivity-only'), /missing|broken/);
  const own = new Set(objectsIn(device, device.git('rev-parse', '--path-format=absolute', '--git-common-dir')));
  for (const cache of vaultCaches(device)) {
    assert.deepEqual(objectsIn(device, cache).filter((oid) => own.has(oid)), [], 'objects of the vault lie in the repository');
  }
}

/** The bare repositories that hold the vaults' objects on a device. */
export function vaultCaches(device: Device): string[] {
  const vaults = path.join(homeOf(device), 'vaults');
  return readdirSync(vaults, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => path.join(vaults, name, 'cache.git')).filter((folder) => readdirSync(path.dirname(folder)).includes('cache.git'));
}

/** ConvoSync's home on a device. */
export function homeOf({ machine }: Device): string {
  return resolveHome(machine);
}

/** Objects of a repository's own, without those that it borrows. */
function objectsIn(device: Device, gitDir: string): string[] {
  const files = readdirSync(path.join(gitDir, 'objects'), { recursive: true, encoding: 'utf8' });
  const loose = files.filter((file) => /^[0-9a-f]{2}.[0-9a-f]+$/.test(file)).map((file) => file.slice(0, 2) + file.slice(3));
  const packs = files.filter((file) => file.endsWith('.idx')).map((file) => path.join(gitDir, 'objects', file));
  const packed = packs.flatMap((pack) => [...run(gitDir, { ...device.env, GIT_DIR: gitDir }, 'verify-pack', '--verbose', pack).matchAll(/^[0-9a-f]{40,64}(?= )/gm)].map(([oid]) => oid));
  return [...loose, ...packed];
}
