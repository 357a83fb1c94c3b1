/**
 * Opens ConvoSync in a real VS Code on a fresh playground, one window for each of two devices:
 * `node test/playground/start.ts [--browser]`. Takes the desktop VS Code on the PATH, else (or with --browser) the one
 * that npm carries, in the browser. Ctrl-C ends it and removes the playground.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ModelStub } from '../agents/model/modelStub.ts';
import { installHost } from '../host/host.ts';
import { installExtension, startServer } from '../host/server.ts';
import { run } from '../support/run.ts';
import { makePlayground } from './make.ts';
import type { PlaygroundDevice } from './make.ts';
import { withPrograms } from './programs.ts';

const root = path.resolve(import.meta.dirname, '../..');
const vsix = path.join(root, 'convosync.vsix');

const resources = new AsyncDisposableStack();
const folder = await mkdtemp(path.join(tmpdir(), 'convosync-playground-'));
resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
const model = await ModelStub.start();
resources.defer(() => model.stop());
const interrupted = new Promise<void>((resolve) => {
  process.once('SIGINT', resolve).once('SIGTERM', resolve);
});

try {
  const playground = await makePlayground(folder);
  const laptop = await withPrograms(playground.laptop, model.url);
  const desktop = await withPrograms(playground.desktop, model.url);
  const open = !process.argv.includes('--browser') && isOnPath('code') ? openDesktop : openInBrowser;
  console.log(`
ConvoSync's playground: one person, two devices, one remote.

  laptop    ${await open(laptop)}
            ${laptop.project}
  desktop   ${await open(desktop)}
            ${desktop.project}
  remote    ${playground.remote}

Ada has talked with Claude Code on the laptop and has work on a feature branch that was never pushed.

  1. On the laptop:   F1, "ConvoSync: Save", as a commit, a message, and a passphrase for the new vault.
  2. On the desktop:  F1, "ConvoSync: Resume", that passphrase, and pick the session.
  3. Still there, in a terminal:  claude --continue
     Ask it: what is my favorite pizza?

The same in a terminal of either window: convosync save, convosync list, convosync resume. A terminal has a key file
of its own and asks for the passphrase once, too.
Claude Code is the real program; the model behind it is a stand-in on this machine that knows nothing but what the
conversation says. Ctrl-C ends the playground and removes ${folder}.
`);
  await interrupted;
} finally {
  await resources.disposeAsync();
}

/** A VS Code server of the device's own; returns its address. */
async function openInBrowser({ name, home, project, environment }: PlaygroundDevice): Promise<string> {
  const options = { host: await installHost('newest'), folder: path.join(folder, `vscode-${name}`), home, environment, args: ['--disable-workspace-trust'] };
  await installExtension(options, vsix);
  const server = await startServer(options);
  resources.defer(server.stop);
  return `${server.url}?${new URLSearchParams({ folder: project }).toString()}`;
}

/** A window of the desktop VS Code with settings and extensions of its own. */
async function openDesktop({ name, project, environment }: PlaygroundDevice): Promise<string> {
  const own = ['--user-data-dir', path.join(folder, `vscode-${name}/user`), '--extensions-dir', path.join(folder, `vscode-${name}/extensions`)];
  const env = { ...environmentOfScreen(), ...environment };
  await run('code', [...own, '--install-extension', vsix, '--force'], { env });
  await run('code', [...own, '--disable-workspace-trust', '--new-window', project], { env });
  return 'a window of the desktop VS Code';
}

/** What a program with windows needs of the environment; all else of this machine's user stays out of the playground. */
function environmentOfScreen(): NodeJS.ProcessEnv {
  const names = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'XDG_SESSION_TYPE', 'DBUS_SESSION_BUS_ADDRESS', 'TMPDIR'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((one) => existsSync(path.join(one, program)));
}
