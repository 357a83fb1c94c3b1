/** The page as it ships, kept in memory. */
import { build } from 'esbuild';
import { basename, join } from 'node:path';
import { pageOptions } from '../../../../media/esbuild.page.ts';

const root = join(import.meta.dirname, '../../../..');

let bundle: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** Files by name: script, style sheet and font. Built once. */
export function pageBundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  bundle ??= build({
    ...pageOptions,
    absWorkingDir: root,
    write: false,
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  }).then(({ outputFiles }) => new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])));
  return bundle;
}
