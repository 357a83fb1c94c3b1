/**
 * What the files hold that are left out of every session: an agent that has read one has its values in a transcript. Only what
 * is told apart from ordinary words is looked for, so that a port or the name of a stage is no finding.
 */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { tryLstat } from '../common/files.ts';
import { matcher } from '../git/leftOut.ts';
import type { Repository } from '../git/repository.ts';
import { isRandom } from './rules.ts';
import type { KnownValue } from './scanFile.ts';

const largestRead = 64 * 1024;
const mostFiles = 100;
const mostValues = 300;
const shortest = 8;

/** @param patterns of names, as of `git/leftOut` */
export async function excludedValues({ top, git }: Repository, patterns: readonly string[], signal?: AbortSignal): Promise<KnownValue[]> {
  const isExcluded = matcher(patterns);
  const { stdout } = await git.run(['ls-files', '-z', '--others', '--directory'], { cwd: top, readOnly: true, signal });
  const files = stdout.toString('utf8').split('\0').filter((file) => file !== '' && !file.endsWith('/') && isExcluded(file)).slice(0, mostFiles);
  const values = new Map<string, KnownValue>();
  for (const file of files) {
    const absolute = path.join(top, file);
    const found = await tryLstat(absolute);
    if (found?.isFile() === true && found.size <= largestRead) {
      valuesIn(await readFile(absolute, 'utf8')).forEach((value) => values.set(value, values.get(value) ?? { value, file }));
    }
  }
  return [...values.values()].slice(0, mostValues);
}

/** Values of settings and of JSON, and the lines of a key. */
export function valuesIn(text: string): string[] {
  const settings = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*[=:][ \t]*(.+?)[ \t]*\r?$/gm)].map(([, name = '', value = '']) => ({ name, value: unquoted(value) }));
  const fields = [...text.matchAll(/"([^"\\]+)"\s*:\s*"((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => ({ name, value }));
  const keyLines = [...text.matchAll(/^[0-9A-Za-z+/]{40,}={0,2}\r?$/gm)].map(([line]) => line.trimEnd());
  return [...new Set([...[...settings, ...fields].filter(isTelling).map(({ value }) => value), ...keyLines])];
}

function isTelling({ name, value }: { name: string; value: string }): boolean {
  const isNamedSo = /key|secret|token|pass|pwd|credential|auth|dsn|database_url|private/i.test(name);
  return value.length >= shortest && !/^(?:https?:\/\/[^@]*|\$\{?.*|\d+|true|false|null|localhost.*|development|production)$/i.test(value) && (isNamedSo || (value.length >= 16 && isRandom(value)));
}

function unquoted(value: string): string {
  return /^(["'`])(.*)\1/.exec(value)?.[2] ?? value.replace(/\s+#.*$/, '');
}
