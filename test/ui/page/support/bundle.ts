/** The page as it ships: the entry point and options that esbuild.mjs names, kept in memory. */
import { build } from 'esbuild';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '../../../..');

let bundle: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** Files by name: script, style sheet and font. Built once. */
export function pageBundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  bundle ??= build({
    absWorkingDir: root,
    entryPoints: { session: 'media/session/main.tsx' },
    outdir: 'dist/media',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    define: { 'process.env.NODE_ENV': '"production"' },
  }).then(({ outputFiles }) => new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])));
  return bundle;
}
