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

function objectsIn(device: Device, gitDir: string): string[] {
  return run(gitDir, { ...device.env, GIT_DIR: gitDir }, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)').split('\n').filter(Boolean);
}
