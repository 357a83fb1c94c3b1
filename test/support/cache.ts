/**
 * Programs that the tests need and the checkout does not carry (a built VS Code, Claude Code) are installed once into
 * a cache outside the checkout. A folder of the cache appears by one rename, so it is either absent or complete, also
 * after a kill, and two runs at once end with one of the two equal results.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';

const PARTIAL = /\.partial-(\d+)-[0-9a-f]+$/;

/** `CONVOSYNC_TEST_CACHE`, else `convosync-test` in the user's cache folder. */
export function cacheFolder(): string {
  const { CONVOSYNC_TEST_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  return path.resolve(own ?? path.join(xdg ?? path.join(homedir(), '.cache'), 'convosync-test'));
}

/**
 * The cache's folder `name`, filled by `fill` when it is not there yet. Put everything that decides the content into
 * the name: a folder that exists is taken as it is.
 */
export async function installedOnce(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const cache = cacheFolder();
  const folder = path.join(cache, name);
  if (existsSync(folder)) {
    return folder;
  }
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const partial = `${folder}.partial-${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(partial);
  try {
    await fill(partial);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) {
      throw error;
    }
  }
  return folder;
}

/** Removes what installs left behind that were killed half-way. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const entry of await readdir(cache)) {
    const pid = PARTIAL.exec(entry)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(path.join(cache, entry), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
