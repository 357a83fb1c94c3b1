import * as path from 'node:path';

/** Entries of GIT_ALTERNATE_OBJECT_DIRECTORIES are separated by a colon (on Windows `;`) unless quoted as in C. */
export function quoteAlternate(folder: string): string {
  return folder.includes(path.delimiter) || folder.startsWith('"') || folder.includes('\n')
    ? `"${folder.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
    : folder;
}
