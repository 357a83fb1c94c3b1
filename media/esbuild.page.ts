/**
 * How the session page is built, for what ships (esbuild.mjs) as for the tests that open it alone.
 *
 * The style sheet of the codicons has a rule for each of some 650 icons, of which the page shows a few dozen.
 */
import type { BuildOptions, Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { iconNames } from '../src/protocol/iconNames.ts';

const iconRule = /^\.codicon-([a-z0-9-]+):before .*\n/gm;

/** Keeps the rules of these icons; a name that is not a codicon fails the build. */
export function onlyIcons(names: readonly string[]): Plugin {
  return {
    name: 'only-icons',
    setup(build) {
      build.onLoad({ filter: /codicon\.css$/ }, async ({ path }) => {
        const sheet = await readFile(path, 'utf8');
        const known = new Set([...sheet.matchAll(iconRule)].map(([, name]) => name));
        return {
          loader: 'css',
          contents: sheet.replace(iconRule, (rule, name: string) => (names.includes(name) ? rule : '')),
          errors: names.filter((name) => !known.has(name)).map((name) => ({ text: `There is no codicon “${name}”.` })),
        };
      });
    },
  };
}

export const pageOptions = {
  entryPoints: { session: 'media/session/main.tsx' },
  outdir: 'dist/media',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2023',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  plugins: [onlyIcons(iconNames)],
} satisfies BuildOptions;
