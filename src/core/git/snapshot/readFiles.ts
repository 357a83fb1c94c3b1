/**
 * What git would commit of files of the working tree, with its objects. A small index is filled for that, since the user's
 * costs as much as it is long. Where line ends or modes may stay as they are there, it has first what the user's says of
 * tracked files, and the attributes outside a sparse checkout.
 */
import { isOff, readConfiguration } from '../configuration.ts';
import { parseStaged, type TreeEntry } from '../trees.ts';
import type { Quarantine } from './quarantine.ts';
import { asInput, type Survey } from './survey.ts';

export interface FilesRead {
  /** Without those that came out as the user's index has them. */
  tracked: TreeEntry[];
  untracked: TreeEntry[];
}

/**
 * @param converted of `convertedFiles`
 * @throws ConvoSyncError `git-failed`, also when a file is gone
 */
export async function readFiles({ bytes, origin, smallIndex: env }: Quarantine, { tracked, untracked, indexed, attributes }: Survey, converted: ReadonlySet<string>, signal?: AbortSignal): Promise<FilesRead> {
  if (tracked.length + untracked.length === 0) {
    return { tracked: [], untracked: [] };
  }
  const options = { env, signal, timeout: 0 };
  const known = [...attributes, ...tracked.flatMap((file) => indexed.get(file) ?? [])];
  const settings = await readConfiguration(origin, signal);
  const mayStay = converted.size > 0 || attributes.length > 0 || ['core.filemode', 'core.symlinks'].some((name) => isOff(settings.get(name)?.at(-1)));
  if (known.length > 0 && mayStay) {
    await bytes.look(['update-index', '-z', '--index-info'], { ...options, input: known.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}\0`).join('') });
  }
  await bytes.look(['update-index', '-z', '--add', '--stdin'], { ...options, input: asInput([...tracked, ...untracked]) });
  const { stdout } = await bytes.look(['ls-files', '--stage', '-z'], options);
  const entries = stdout.toString('utf8').split('\0').filter(Boolean).map(parseStaged);
  const isAsIndexed = ({ path, mode, oid }: TreeEntry): boolean => indexed.get(path)?.oid === oid && indexed.get(path)?.mode === mode;
  const [wanted, added] = [new Set(tracked), new Set(untracked)];
  return { tracked: entries.filter((entry) => wanted.has(entry.path) && !isAsIndexed(entry)), untracked: entries.filter(({ path }) => added.has(path)) };
}
