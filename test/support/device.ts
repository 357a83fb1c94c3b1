/**
 * A device for tests: a machine of its own with another user, home, paths and git configuration, and ConvoSync on it.
 * Any number of them share a real remote.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectFolderName } from '../../src/core/agents/claudeCode/projectFolder.ts';
import { silentLogger } from '../../src/core/common/logger.ts';
import type { ConvoSync } from '../../src/core/operations/convosync.ts';
import { createConvoSync } from '../../src/core/operations/createConvoSync.ts';
import type { Machine } from '../../src/core/operations/machine.ts';
import type { UndoPlan } from '../../src/core/operations/plan.ts';
import type { UndoReport } from '../../src/core/operations/report.ts';
import type { NewVaultChoice } from '../../src/core/vault/openVault.ts';
import { withNewVault } from './readableVault.ts';

/** A folder that holds devices and remotes; `[Symbol.dispose]` removes it. */
export class World implements Disposable {
  readonly folder: string;
  /** The clock of every device, moved by hand. */
  now = new Date('2026-03-02T09:00:00Z');
  readonly #copies: string[] = [];

  /** @param folder an existing world's, for a process that takes part in it; a new one without it */
  constructor(folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'convosync-world-')))) {
    this.folder = folder;
  }

  /** A bare repository with one commit on `main`, and its path. */
  remote(name = 'project.git'): string {
    const bare = path.join(this.folder, 'server', name);
    mkdirSync(bare, { recursive: true });
    const env = gitEnv(this.folder, 'seed', 'seed@example.org');
    run(bare, env, 'init', '--quiet', '--bare', '-b', 'main');
    const seed = mkdtempSync(path.join(this.folder, 'seed-'));
    run(seed, env, 'init', '--quiet', '-b', 'main');
    writeFileSync(path.join(seed, 'README.md'), '# Pizza shop\n');
    writeFileSync(path.join(seed, 'orders.js'), 'export const orders = [];\n');
    run(seed, env, 'add', '--all');
    run(seed, env, 'commit', '--quiet', '-m', 'Open the shop');
    run(seed, env, 'push', '--quiet', bare, 'main');
    rmSync(seed, { recursive: true });
    return bare;
  }

  device(name: string, options: DeviceOptions = {}): Device {
    return new Device(this, name, options);
  }

  passMinutes(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  /** What brings everything in it back to where it is now. Devices of before then remember what is not so any more. */
  checkpoint(): () => void {
    const [copy, now] = [mkdtempSync(`${this.folder}-checkpoint-`), this.now];
    const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
    this.#copies.push(copy);
    cpSync(this.folder, copy, options);
    return () => {
      empty(this.folder, copy);
      cpSync(copy, this.folder, options);
      this.now = now;
    };
  }

  [Symbol.dispose](): void {
    [this.folder, ...this.#copies].forEach((folder) => rmSync(folder, { recursive: true, force: true }));
  }
}

export interface DeviceOptions {
  /** The system's user; also makes the paths differ. */
  user?: string;
  /** The address that the person commits with; the same on all devices of a person. */
  email?: string;
  handoffFile?: Machine['handoffFile'];
  leaveOut?: Machine['leaveOut'];
  /** How its first save makes a vault; readable unless told. */
  newVault?: NewVaultChoice;
  env?: Record<string, string>;
  /** What ConvoSync sees of the environment; nothing unless told. */
  machineEnv?: Record<string, string>;
}

export class Device {
  readonly world: World;
  readonly name: string;
  readonly home: string;
  readonly env: Record<string, string>;
  readonly convosync: ConvoSync;
  readonly machine: Machine;
  /** The clone that calls without a folder mean; where `clone` puts one unless told otherwise. */
  folder: string;
  /** Clones of other repositories that belong to its sessions. */
  others: string[] = [];

  constructor(world: World, name: string, options: DeviceOptions) {
    this.world = world;
    this.name = name;
    this.folder = path.join(world.folder, name, 'work', `${name} projects`, 'pizza.shop');
    this.home = path.join(world.folder, name, 'home', options.user ?? name);
    mkdirSync(this.home, { recursive: true });
    this.env = { ...gitEnv(this.home, options.user ?? name, options.email ?? 'ada@example.org'), ...options.env };
    this.machine = {
      userHome: this.home,
      env: options.machineEnv ?? {},
      platform: process.platform,
      hostname: name,
      deviceKind: 'unknown',
      machineId: `machine of ${name}`,
      now: () => world.now,
      logger: silentLogger,
      gitEnv: this.env,
      handoffFile: options.handoffFile ?? 'none',
      ...(options.leaveOut === undefined ? {} : { leaveOut: options.leaveOut }),
    };
    this.convosync = withNewVault(createConvoSync(this.machine), options.newVault ?? 'readable');
  }

  clone(remote: string, folder?: string): this {
    this.folder = folder === undefined ? this.folder : path.join(this.world.folder, this.name, folder);
    mkdirSync(path.dirname(this.folder), { recursive: true });
    run(this.world.folder, this.env, 'clone', '--quiet', remote, this.folder);
    return this;
  }

  /** The same device in another clone. */
  at(folder: string): Device {
    return Object.assign(Object.create(this) as Device, { folder, others: [] });
  }

  /** A new repository without a remote, with one commit on `main`. */
  create(...options: string[]): this {
    this.folder = path.join(this.world.folder, this.name, 'work', 'shop');
    mkdirSync(this.folder, { recursive: true });
    this.git('init', '--quiet', ...options);
    this.write('README.md', '# Pizza shop\n');
    this.git('add', '--all');
    this.git('commit', '--quiet', '-m', 'Open the shop');
    return this;
  }

  git(...args: string[]): string {
    return run(this.folder, this.env, ...args);
  }

  write(file: string, content: string): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  /** Where Claude Code keeps a conversation of this clone. */
  transcriptPath(id: string, folder = this.folder): string {
    return path.join(this.home, '.claude', 'projects', projectFolderName(realpathSync(folder)), `${id}.jsonl`);
  }

  readTranscript(id: string): string {
    return readFileSync(this.transcriptPath(id), 'utf8');
  }

  /** Says something to the agent here: a request and its answer are appended to the conversation. */
  say(id: string, text: string, answer = 'Noted.'): void {
    const file = this.transcriptPath(id);
    mkdirSync(path.dirname(file), { recursive: true });
    const known = existsAsText(file);
    const lines = known.split('\n').filter(Boolean);
    const count = lines.length;
    const last = lines.length === 0 ? null : (JSON.parse(lines.at(-1) ?? '') as { uuid: string }).uuid;
    const uuid = (offset: number): string => `${id}-${count + offset}-${this.name}`;
    const record = (type: 'user' | 'assistant', content: unknown, offset: number): string => JSON.stringify({
      parentUuid: offset === 0 ? last : uuid(offset - 1), isSidechain: false, userType: 'external', cwd: this.folder, sessionId: id, version: '2.1.0', gitBranch: this.git('branch', '--show-current'),
      type, message: type === 'user' ? { role: 'user', content } : { id: `msg-${count + offset}`, type: 'message', role: 'assistant', model: 'model', content },
      uuid: uuid(offset), timestamp: this.world.now.toISOString(),
    });
    writeFileSync(file, `${known}${record('user', text, 0)}\n${record('assistant', [{ type: 'text', text: answer }], 1)}\n`);
    utimesSync(file, this.world.now, this.world.now);
  }

  async save(message: string, request: Parameters<ConvoSync['planSave']>[1] = {}): Promise<Awaited<ReturnType<ConvoSync['save']>>> {
    return this.convosync.save(await this.convosync.planSave(this.folder, { message, ...request }));
  }

  async resume(request: Parameters<ConvoSync['planResume']>[1] = {}): Promise<Awaited<ReturnType<ConvoSync['resume']>>> {
    return this.convosync.resume(await this.convosync.planResume(this.folder, request));
  }

  /** Undoes the last save or resume; one with newer work on top only where that is expected. */
  async undo(operation: UndoPlan['operation'], newer?: UndoPlan['newer']): Promise<UndoReport> {
    const plan = await this.convosync.planUndo(this.folder, operation);
    assert.equal(plan.newer, newer);
    return this.convosync.undo(plan);
  }

  /** Everything below a folder with its contents, `.git` left out: to compare before and after. */
  snapshot(folder = this.folder): Record<string, string> {
    return Object.fromEntries(readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${path.sep}.git`))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(folder, file), `${statSync(file).size} ${readFileSync(file, 'latin1')}`]));
  }
}

export function run(cwd: string, env: Record<string, string>, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

function gitEnv(home: string, user: string, email: string): Record<string, string> {
  const config = path.join(home, '.gitconfig');
  writeFileSync(config, `[user]\n\tname = ${user}\n\temail = ${email}\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n[gc]\n\tauto = 0\n`);
  return { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_GLOBAL: config, GIT_CONFIG_NOSYSTEM: '1', LANG: 'C.UTF-8' };
}

/** Folders stay where there are to be some: a home that is another folder than before would count as copied. */
function empty(folder: string, copy: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [one, other] = [folder, copy].map((parent) => path.join(parent, entry.name)) as [string, string];
    if (entry.isDirectory() && statSync(other, { throwIfNoEntry: false })?.isDirectory() === true) {
      empty(one, other);
    } else {
      rmSync(one, { recursive: true });
    }
  }
}

function existsAsText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
