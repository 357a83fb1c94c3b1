/**
 * A corpus of real transcripts, larger than what the checkout carries: `CONVOSYNC_CORPUS`, else `../shared/corpus`
 * beside the checkout. Its `INDEX.tsv` names every file; a suite over it says aloud when it is not there.
 */
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

export interface CorpusFile {
  agent: string;
  /** Absolute. */
  path: string;
  bytes: number;
  /** Lines that are not one JSON value each, as counted when the corpus was made. */
  badLines: number;
}

/** The files of one agent; undefined, with a word about it, when there is no corpus. */
export function corpusOf(agent: string): CorpusFile[] | undefined {
  const folder = path.resolve(process.env['CONVOSYNC_CORPUS'] ?? path.join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus'));
  const index = path.join(folder, 'INDEX.tsv');
  if (!existsSync(index)) {
    console.log(`  Skipped: no corpus at ${folder} (set CONVOSYNC_CORPUS).`);
    return undefined;
  }
  const [header = '', ...rows] = readFileSync(index, 'utf8').split('\n').filter((row) => row !== '');
  const columns = header.split('\t');
  return rows.map((row) => row.split('\t')).flatMap((cells) => {
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
    return cell('agent') === agent ? [{ agent, path: path.join(folder, cell('file')), bytes: Number(cell('bytes')), badLines: Number(cell('bad_lines')) }] : [];
  });
}
