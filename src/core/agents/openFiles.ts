/**
 * Which files a live process has open, for agents that keep a transcript or a lock open while they work. Linux tells it in
 * `/proc`, macOS by `lsof`; elsewhere it is not known. Only what the user's own processes have open is seen.
 */
import { execFile } from 'node:child_process';
import { readdir, readlink } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';

import { relativeInside, resolveLinks } from './paths.ts';

/** Below the folder, with `/`; undefined where it cannot be known. */
export async function openFilesBelow(folder: string, platform: NodeJS.Platform): Promise<ReadonlySet<string> | undefined> {
  try {
    const top = await resolveLinks(folder);
    const open = platform === 'linux' ? await openOnLinux() : platform === 'darwin' ? await openOnMac() : undefined;
    return open && new Set(open.map((file) => relativeInside(top, file)).filter((file) => file !== undefined));
  } catch {
    return undefined;
  }
}

async function openOnLinux(): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((pid) => path.join('/proc', pid, 'fd'));
  const files = await Promise.all(processes.map(async (handles) => {
    // One that ends while it is looked at, or is another user's, tells nothing.
    const names = await readdir(handles).catch(() => []);
    return Promise.all(names.map((name) => readlink(path.join(handles, name)).catch(() => '')));
  }));
  return files.flat();
}

async function openOnMac(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('lsof', ['-w', '-n', '-P', '-Fn', '-u', String(process.getuid?.())], { maxBuffer: 64 * 1024 * 1024 });
  return [...stdout.matchAll(/^n(\/.*)$/gm)].map(([, file = '']) => file);
}
