/**
 * A place to try ConvoSync in: one person with two devices, a real bare remote, a small project, and a conversation
 * with Claude Code on the first device. Everything lies in one folder and nothing of this machine's user is touched.
 */
import { mkdir, realpath, rename, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { projectFolderName } from '../../src/core/agents/claudeCode/projectFolder.ts';
import { loadDevice, renameDevice } from '../../src/core/home/device.ts';
import type { HomeEnvironment } from '../../src/core/home/home.ts';
import { Home, resolveHome } from '../../src/core/home/home.ts';
import { run } from '../support/run.ts';
import { conversationsIn } from './conversations.ts';
import { featureBranch, featureHistory, mainHistory, uncommitted } from './project.ts';
import type { Change } from './project.ts';

export interface PlaygroundDevice {
  name: 'laptop' | 'desktop' | 'phone';
  home: string;
  /** The clone of the project. */
  project: string;
  /** The whole environment of what runs on this device. */
  environment: Record<string, string>;
}

export interface Playground {
  folder: string;
  /** Path of the bare repository. */
  remote: string;
  /** Here the work was done: commits of its own, a change not committed, two conversations. */
  laptop: PlaygroundDevice;
  /** Here it goes on: another user name, another folder, nothing but a clone. */
  desktop: PlaygroundDevice;
}

export interface PlaygroundOptions {
  /** The present of the playground; everything in it happened before. */
  now?: Date;
}

/** @param folder an empty or absent folder */
export async function makePlayground(folder: string, { now = new Date() }: PlaygroundOptions = {}): Promise<Playground> {
  await mkdir(folder, { recursive: true });
  const root = await realpath(folder);
  const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
  const remote = path.join(root, 'remote/pizza-orders.git');
  const laptop = await makeDevice(root, { name: 'laptop', home: 'laptop/home/ada', project: 'code/pizza-orders' });
  const desktop = await makeDevice(root, { name: 'desktop', home: 'desktop/Users/lovelace', project: 'Projects/pizza-orders' });

  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote], { env: laptop.environment });
  await run('git', ['init', '--quiet', laptop.project], { env: laptop.environment });
  const git = gitAt(laptop);
  await git(minutesAgo(5 * 1440), 'remote', 'add', 'origin', remote);
  await commitAll(laptop, mainHistory, minutesAgo);
  await git(minutesAgo(1490), 'push', '--quiet', '--set-upstream', 'origin', 'main');
  await run('git', ['clone', '--quiet', remote, desktop.project], { env: desktop.environment });

  await git(minutesAgo(50), 'switch', '--quiet', '--create', featureBranch);
  await commitAll(laptop, featureHistory, minutesAgo);
  await writeFiles(laptop.project, uncommitted);
  for (const talk of conversationsIn(laptop.project, minutesAgo)) {
    await writeConversation(laptop, talk, minutesAgo(talk.minutesOld));
  }
  return { folder: root, remote, laptop, desktop };
}

/** A device of Ada's with its name, set up for git, and with nothing of the project yet; its places are relative to `root`. */
export async function makeDevice(root: string, { name, home, project }: Omit<PlaygroundDevice, 'environment'>): Promise<PlaygroundDevice> {
  const place = path.join(root, home);
  const device: PlaygroundDevice = {
    name,
    home: place,
    project: path.join(place, project),
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: place,
      USER: path.basename(place),
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  };
  await mkdir(place, { recursive: true });
  await nameDevice(name, { env: device.environment, userHome: place, platform: process.platform });
  await writeFile(path.join(place, '.gitconfig'), '[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n');
  return device;
}

async function nameDevice(name: PlaygroundDevice['name'], environment: HomeEnvironment): Promise<void> {
  const home = new Home(resolveHome(environment));
  await loadDevice(home, { hostname: name, kindHint: name });
  await renameDevice(home, `Ada’s ${name}`);
}

/** Runs git on a device as if it were `time`. */
export function gitAt({ project, environment }: PlaygroundDevice): (time: Date, ...args: string[]) => Promise<string> {
  return (time, ...args) => {
    const date = time.toISOString();
    return run('git', args, { cwd: project, env: { ...environment, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } });
  };
}

export async function commitAll(device: PlaygroundDevice, history: readonly Change[], minutesAgo: (minutes: number) => Date): Promise<void> {
  const git = gitAt(device);
  for (const { minutesAgo: age, message, files } of history) {
    await writeFiles(device.project, files);
    await git(minutesAgo(age), 'add', '--all');
    await git(minutesAgo(age), 'commit', '--quiet', '--message', message);
  }
}

/** Nobody reaches the remote until `goOnline`. */
export async function goOffline({ remote }: Playground): Promise<void> {
  await rename(remote, `${remote}.away`);
}

export async function goOnline({ remote }: Playground): Promise<void> {
  await rename(`${remote}.away`, remote);
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
}

/** Puts a conversation with Claude Code where that program looks for it. @param ended when its last word was said */
export async function writeConversation({ home, project }: PlaygroundDevice, { id, text }: { id: string; text: string }, ended: Date): Promise<void> {
  const file = path.join(home, '.claude/projects', projectFolderName(project), `${id}.jsonl`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await utimes(file, ended, ended);
}
