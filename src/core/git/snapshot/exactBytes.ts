/**
 * Git stores files as its filters have cleaned them: line ends, encodings, keywords, drivers of the user's. Where a checkout
 * would not give back the same bytes, a snapshot keeps these too. They are put back only where git makes the same of them
 * that it made here: what would be committed counts before how it looks.
 */
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { throwIfCancelled } from '../../common/errors.ts';
import { sha256File } from '../../common/hash.ts';
import { isOff, readConfiguration } from '../configuration.ts';
import type { TreeEntry } from '../trees.ts';
import type { Quarantine } from './quarantine.ts';
import type { FilesRead } from './readFiles.ts';
import { asInput } from './survey.ts';

/** The bytes of those files. */
export async function bytesThatFiltersChange(quarantine: Quarantine, files: FilesRead, converted: ReadonlySet<string>, signal?: AbortSignal): Promise<TreeEntry[]> {
  const exact: TreeEntry[] = [];
  const candidates = [...files.tracked, ...files.untracked].filter(({ mode, path: file }) => mode.startsWith('100') && converted.has(file));
  for (const entry of await differingBytes(quarantine, candidates, signal)) {
    exact.push({ ...entry, oid: await quarantine.bytes.text(['hash-object', '-w', '--no-filters', '--', entry.path], { signal, timeout: 0 }) });
  }
  return exact;
}

/** Those of which a checkout would write other bytes than lie in the working tree. */
async function differingBytes({ bytes, folder, smallIndex }: Quarantine, converted: readonly TreeEntry[], signal: AbortSignal | undefined): Promise<TreeEntry[]> {
  if (converted.length === 0) {
    return [];
  }
  const out = path.join(folder, 'checkout');
  try {
    await bytes.look(['checkout-index', '-z', '--stdin', '--quiet', `--prefix=${out}/`], { input: asInput(converted.map((entry) => entry.path)), env: smallIndex, signal, timeout: 0 });
    const differing: TreeEntry[] = [];
    for (const entry of converted) {
      throwIfCancelled(signal);
      const [here, checkedOut] = await Promise.all([bytes.top, out].map((top) => sha256File(path.join(top, entry.path))));
      if (here !== checkedOut) {
        differing.push(entry);
      }
    }
    return differing;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

const convertingAttributes = ['text', 'crlf', 'eol', 'ident', 'working-tree-encoding', 'filter'];

/** Those that the user's settings or the attributes of a path have git convert. */
export async function convertedFiles({ repository, origin }: Quarantine, files: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const autocrlf = (await readConfiguration(origin, signal)).get('core.autocrlf')?.at(-1);
  if (files.length === 0 || (autocrlf !== undefined && !isOff(autocrlf))) {
    return new Set(files);
  }
  const { stdout } = await repository.look(['check-attr', '-z', '--stdin', ...convertingAttributes], { input: asInput(files), signal, timeout: 0 });
  const fields = stdout.toString('utf8').split('\0');
  const named = new Set<string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    if (fields[at + 2] !== 'unspecified' && fields[at + 2] !== 'unset') {
      named.add(fields[at] ?? '');
    }
  }
  return named;
}
