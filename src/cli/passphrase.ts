/** A passphrase that is handed over: never as an argument, which everyone on the machine could read. */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConvoSyncError } from '../core/common/errors.ts';

/**
 * The first line of the file, or of standard input for `-`; undefined without a file.
 *
 * @throws ConvoSyncError `usage` for a file that cannot be read or holds nothing
 */
export async function readPassphrase(file: string | undefined, { currentFolder, stdin }: { currentFolder: string; stdin: Readable }): Promise<string | undefined> {
  if (file === undefined) {
    return undefined;
  }
  let content: string;
  try {
    content = file === '-' ? await text(stdin) : await readFile(path.resolve(currentFolder, file), 'utf8');
  } catch (error) {
    throw new ConvoSyncError('usage', `The passphrase cannot be read from ${file}.`, { cause: error });
  }
  const [passphrase = ''] = content.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  if (passphrase === '') {
    throw new ConvoSyncError('usage', `${file === '-' ? 'Standard input' : file} begins with an empty line instead of a passphrase.`);
  }
  return passphrase;
}
