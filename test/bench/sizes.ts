/** Minified sizes of what is packaged, beside what they may be. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { bytesOf, everyWindow, readOutputs, readWith } from '../package/outputs.ts';
import type { Figure } from './figures.ts';

const root = path.resolve(import.meta.dirname, '../..');
let packaging: Promise<unknown> | undefined;

/** `convosync.vsix`, of the sources as they are. */
export async function packageOnce(): Promise<string> {
  await (packaging ??= promisify(execFile)('npm', ['run', '--silent', 'package'], { cwd: root }));
  return path.join(root, 'convosync.vsix');
}

export async function sizes(): Promise<Figure[]> {
  const vsix = await packageOnce();
  const outputs = await readOutputs();
  const kilobytes = (bytes: number): number => bytes / 1000;
  return [
    { what: 'what every window reads, minified', ours: kilobytes(bytesOf(outputs, readWith(outputs, ...everyWindow))), beside: 'limit', theirs: 500, unit: 'KB', aim: 1 },
    { what: 'session page, minified', ours: kilobytes(bytesOf(outputs, ['dist/media/session.js', 'dist/media/session.css'])), beside: 'limit', theirs: 250, unit: 'KB', aim: 1 },
    { what: 'the package', ours: kilobytes((await stat(vsix)).size), beside: 'limit', theirs: 600, unit: 'KB', aim: 1 },
  ];
}
