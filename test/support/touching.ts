/**
 * Counts what this process does to files, and every program that it starts, and kills it at one of them: before it is done,
 * or in a write when half of it is. A process can die between any two of these, and nowhere else with another outcome.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import fsPromises, { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import * as os from 'node:os';

const changing = ['rename', 'rm', 'rmdir', 'mkdir', 'unlink', 'copyFile', 'utimes', 'writeFile', 'symlink'] as const;

type Function = (...args: unknown[]) => unknown;

/**
 * From now on.
 *
 * @param atTouch counted from 1; 0 only counts
 * @returns how many there were so far
 */
export async function watchTouches(atTouch: number): Promise<() => number> {
  let touches = 0;
  const touch = (): void => {
    if (++touches === atTouch) {
      die();
    }
  };
  for (const name of changing) {
    replace(fsPromises as unknown as Record<string, Function>, name, touch);
  }
  replace(childProcess as unknown as Record<string, Function>, 'spawn', touch);
  await using handle = await open(os.devNull, 'w');
  const prototype = Object.getPrototypeOf(handle) as Record<string, Function>;
  replace(prototype, 'sync', touch);
  replace(prototype, 'writeFile', function (this: { fd: number }, content) {
    touch();
    if (touches + 1 === atTouch) {
      const bytes = Buffer.from(content as string | Uint8Array);
      fs.writeSync(this.fd, bytes, 0, bytes.byteLength >> 1);
    }
    touch();
  });
  syncBuiltinESMExports();
  return () => touches;
}

function replace(of: Record<string, Function>, name: string, before: (this: { fd: number }, ...args: unknown[]) => void): void {
  const original = of[name];
  if (original) {
    of[name] = function (this: { fd: number }, ...args: unknown[]) {
      before.apply(this, args);
      return original.apply(this, args);
    };
  }
}

export function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
