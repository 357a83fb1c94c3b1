/**
 * How a vault key lies in the trees of its refs. Records are grouped by the hundred and chunks by their first byte,
 * so that a push carries small trees however many there are.
 */
import { assertKey } from '../backend.ts';
import { chunksRef, logRef, vaultRef } from './refs.ts';

export interface Location {
  ref: string;
  /** Path inside the ref's tree. */
  path: string;
}

/**
 * Throws `storage-permanent` for what is no key.
 *
 * @param root what the vault's refs begin with
 */
export function locate(root: string, key: string): Location {
  assertKey(key);
  const [first, writer, kind, ...rest] = key.split('/');
  if (first === 'writers' && writer !== undefined && kind === 'log' && rest.length === 1) {
    return { ref: logRef(root, writer), path: recordPath(rest[0] ?? '') };
  }
  if (first === 'writers' && writer !== undefined && kind === 'chunks') {
    return { ref: chunksRef(root, writer), path: rest.join('/') };
  }
  return { ref: vaultRef(root), path: key };
}

/** The key of a path found in the tree of a ref; undefined for a ref or path that is not part of the layout. */
export function keyAt(root: string, ref: string, path: string): string | undefined {
  if (ref === vaultRef(root)) {
    return path;
  }
  const { writer, kind } = partsOf(root, ref);
  if (writer === undefined) {
    return undefined;
  }
  return kind === 'log'
    ? `writers/${writer}/log/${path.split('/').at(-1) ?? ''}`
    : `writers/${writer}/chunks/${path}`;
}

/** Undefined for a ref that is not the log of a writer of this vault. */
export function writerOfLog(root: string, ref: string): string | undefined {
  const { writer, kind } = partsOf(root, ref);
  return kind === 'log' ? writer : undefined;
}

function partsOf(root: string, ref: string): { writer?: string; kind?: string } {
  const match = ref.startsWith(root) ? /^(?<writer>[0-9a-f]{8,64})\/(?<kind>log|chunks)$/.exec(ref.slice(root.length)) : null;
  return { ...match?.groups };
}

function recordPath(record: string): string {
  const sequence = record.split('-')[0] ?? '';
  return `${sequence.slice(0, -2)}/${record}`;
}
