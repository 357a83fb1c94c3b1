/** The command line on a test device: the real program in a process of its own, with the device's home and paths. */
import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { attempt } from '../support/run.ts';
import type { Attempt } from '../support/run.ts';
import type { Device } from '../support/device.ts';

/** Bundled once for all tests of this process: it starts several times as fast as from source. */
export const program = bundle();

export interface Place {
  folder: string;
  env: Record<string, string>;
}

export function convosync(place: Place, ...args: string[]): Promise<Attempt> {
  return attempt(process.execPath, [program, ...args], { cwd: place.folder, env: place.env });
}

/** The document that `--json` prints; fails the test when standard output holds anything else. */
export async function convosyncJson(place: Place, ...args: string[]): Promise<{ code: number | null; document: Record<string, unknown> }> {
  const { code, stdout, stderr } = await convosync(place, ...args, '--json');
  try {
    return { code, document: JSON.parse(stdout) as Record<string, unknown> };
  } catch (cause) {
    throw new Error(`Not one JSON document (exit code ${String(code)}):\n${stdout}\n${stderr}`, { cause });
  }
}

/** Starts it and leaves it running, for tests that interrupt. */
export function start(place: Place, ...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [program, ...args], { cwd: place.folder, env: place.env });
}

export function placeOf(device: Device, env: Record<string, string> = {}): Place {
  const { NODE_COMPILE_CACHE: compiled } = process.env;
  return { folder: device.folder, env: { CONVOSYNC_NEW_VAULT: 'readable', ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }), ...device.env, ...env } };
}

function bundle(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-cli-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, 'convosync.mjs');
  buildSync({
    entryPoints: [path.resolve(import.meta.dirname, '../../src/cli/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}
