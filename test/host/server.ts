/** Starts the real VS Code server on a free loopback port, and stops it with everything it started. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { run } from '../support/run.ts';
import type { Host } from './host.ts';

export interface ServerOptions {
  host: Host;
  /** Settings, extensions and logs of this VS Code lie here; nothing is removed. */
  folder: string;
  /** The HOME of everything that runs inside; by default `<folder>/home`. */
  home?: string;
  /** Added to the environment of the extension host. */
  environment?: Readonly<Record<string, string>>;
  /** Added to the quiet settings below. */
  settings?: Readonly<Record<string, unknown>>;
  /** The display language; English without it. VS Code itself goes on in English, since only its language is switched. */
  language?: string;
  /** More arguments of the server. */
  args?: readonly string[];
  /** By default any free one. */
  port?: number;
}

export interface Server {
  /** `127.0.0.1:<port>`, the authority of `vscode-remote:` URIs. */
  authority: string;
  url: string;
  stop: () => Promise<void>;
}

/** No assistants, no welcome, no network, and no animation that would blur a screenshot. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  // Draws text as elements, which can be read, instead of pixels.
  'terminal.integrated.gpuAcceleration': 'off',
  'telemetry.telemetryLevel': 'off',
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;

export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, folder, settings = {}, language, args = [], port = 0 } = options;
  await writeSettings(folder, settings);
  if (language !== undefined) {
    await installLanguage(path.join(folder, 'data'), language);
  }

  const log = createWriteStream(path.join(folder, 'server.log'), { flags: 'a' });
  const child = spawn(host.node, [host.server, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', ...commonArgs(folder), ...(language === undefined ? [] : ['--locale', language]), ...args], {
    env: await environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that the extension host and the terminals end with it.
    detached: true,
  });
  const pid = child.pid;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    signalGroup(pid, 'SIGTERM');
    const impatience = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(impatience);
    signalGroup(pid, 'SIGKILL');
  };

  child.stderr.pipe(log);
  try {
    const listening = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the VS Code server did not start: see ${folder}/server.log`)), START_LIMIT_MS);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the VS Code server ended with ${code}: see ${folder}/server.log`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        log.write(`${line}\n`);
        const found = /Extension host agent listening on (\d+)/.exec(line)?.[1];
        if (found !== undefined) {
          clearTimeout(timer);
          resolve(found);
        }
      });
    });
    return { authority: `127.0.0.1:${listening}`, url: `http://127.0.0.1:${listening}/`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes the settings of the VS Code whose state lies in `folder`, beside the quiet ones: as those of the user, and of the machine, where alone some count. */
export async function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [place, written] of [['data/User', { ...quietSettings, ...settings }], ['data/Machine', settings]] as const) {
    await mkdir(path.join(folder, place), { recursive: true });
    await writeFile(path.join(folder, place, 'settings.json'), JSON.stringify(written, null, 2));
  }
}

/** Installs a `.vsix` file into the VS Code whose state lies in `folder`. */
export async function installExtension(options: ServerOptions, vsix: string): Promise<void> {
  const { host, folder } = options;
  await run(host.node, [host.server, ...commonArgs(folder), '--install-extension', vsix, '--force'], { env: await environmentOf(options) });
}

/** VS Code speaks a language that it has a pack of, as it notes packs that were installed: this one has no sentences. */
async function installLanguage(data: string, language: string): Promise<void> {
  const sentences = path.join(data, `language-${language}.json`);
  await writeFile(sentences, JSON.stringify({ version: '1.0.0', contents: {} }));
  await writeFile(path.join(data, 'languagepacks.json'), JSON.stringify({ [language]: { hash: 'none', extensions: [{ extensionIdentifier: { id: 'test.language' }, version: '1.0.0' }], translations: { vscode: sentences }, label: language } }));
}

function commonArgs(folder: string): string[] {
  return ['--server-data-dir', folder, '--accept-server-license-terms', '--telemetry-level', 'off'];
}

/** Of the tests' own environment only what a fresh login has: settings of another VS Code or npm must not leak in. */
async function environmentOf({ folder, home = path.join(folder, 'home'), environment = {} }: ServerOptions): Promise<NodeJS.ProcessEnv> {
  await mkdir(home, { recursive: true });
  const { PATH, LANG, TMPDIR } = process.env;
  return { PATH, LANG: LANG ?? 'C.UTF-8', ...(TMPDIR === undefined ? {} : { TMPDIR }), SHELL: '/bin/bash', HOME: home, EXTENSIONS_GALLERY: '{}', ...environment };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) {
      process.kill(-pid, signal);
    }
  } catch {
    // the whole group is gone
  }
}
