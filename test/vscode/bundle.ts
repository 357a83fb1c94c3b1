/** What a VS Code is given to test: this folder's suite in one bundle per file, and the extension as it is packaged. */
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The folder `out/<name>`, emptied. */
export async function emptyOut(name: string): Promise<string> {
  const out = path.join(root, 'out', name);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  return out;
}

/** Returns the entry point; from below the checkout's out/ the suite still finds mocha. */
export async function bundleSuite(out: string): Promise<string> {
  const outdir = path.join(out, 'suite');
  await build({
    entryPoints: [path.join(root, 'test/vscode/index.ts'), path.join(root, 'test/vscode/**/*.test.ts')],
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.cjs');
}

/** Returns the extension's folder. */
export async function unpackExtension(out: string, vsix = path.join(root, 'convosync.vsix')): Promise<string> {
  const place = path.join(out, 'vsix');
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(vsix)))) {
    await mkdir(path.dirname(path.join(place, name)), { recursive: true });
    await writeFile(path.join(place, name), bytes);
  }
  return path.join(place, 'extension');
}
