/** Minified sizes of what is packaged, beside what they may be. */
import { execFile } from 'node:child_process';
import { unzipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figures.ts';

const root = path.resolve(import.meta.dirname, '../..');
let packaging: Promise<unknown> | undefined;

/** `convosync.vsix`, of the sources as they are. */
export async function packageOnce(): Promise<string> {
  await (packaging ??= promisify(execFile)('npm', ['run', '--silent', 'package'], { cwd: root }));
  return path.join(root, 'convosync.vsix');
}

export async function sizes(): Promise<Figure[]> {
  const files = unzipSync(await readFile(await packageOnce()));
  const kilobytes = (...names: string[]): number => names.reduce((sum, name) => sum + (files[`extension/dist/${name}`]?.byteLength ?? NaN), 0) / 1000;
  return [
    { what: 'extension, minified', ours: kilobytes('extension.cjs', 'shell.cjs'), beside: 'limit', theirs: 500, unit: 'KB', aim: 1 },
    { what: 'session page, minified', ours: kilobytes('media/session.js', 'media/session.css'), beside: 'limit', theirs: 250, unit: 'KB', aim: 1 },
  ];
}
