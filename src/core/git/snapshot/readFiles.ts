/**
 * What git would commit of files of the working tree, with its objects. Small indexes are filled for that, since the user's
 * costs as much as it is long. That of the tracked files has first what the user's says of them, as line ends and modes may
 * stay as they are there, and the attributes outside a sparse checkout.
 */
import { parseStaged, type TreeEntry } from '../trees.ts';
import type { Quarantine } from './quarantine.ts';
import { asInput, type Survey } from './survey.ts';

export interface FilesRead {
  /** Without those that came out as the user's index has them. */
  tracked: TreeEntry[];
  untracked: TreeEntry[];
}

/** @throws ConvoSyncError `git-failed`, also when a file is gone */
export async function readFiles(quarantine: Quarantine, { tracked, untracked, indexed, attributes }: Survey, signal?: AbortSignal): Promise<FilesRead> {
  const known = tracked.flatMap((file) => indexed.get(file) ?? []);
  const isAsIndexed = ({ path, mode, oid }: TreeEntry): boolean => indexed.get(path)?.oid === oid && indexed.get(path)?.mode === mode;
  const [ofTracked, ofUntracked] = await Promise.all([
    readInto('tracked', quarantine, tracked, [...attributes, ...known], signal),
    readInto('untracked', quarantine, untracked, [], signal),
  ]);
  return { tracked: ofTracked.filter((entry) => !isAsIndexed(entry)), untracked: ofUntracked };
}

async function readInto(index: keyof FilesRead, quarantine: Quarantine, files: readonly string[], given: readonly TreeEntry[], signal: AbortSignal | undefined): Promise<TreeEntry[]> {
  if (files.length === 0) {
    return [];
  }
  const { bytes } = quarantine;
  const options = { env: quarantine.index(index), signal, timeout: 0 };
  if (given.length > 0) {
    await bytes.look(['update-index', '-z', '--index-info'], { ...options, input: given.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}\0`).join('') });
  }
  await bytes.look(['update-index', '-z', '--add', '--stdin'], { ...options, input: asInput(files) });
  const { stdout } = await bytes.look(['ls-files', '--stage', '-z'], options);
  const read = new Set(files);
  return stdout.toString('utf8').split('\0').filter(Boolean).map(parseStaged).filter(({ path }) => read.has(path));
}
