/** A bare repository that stands for a host, with the settings and hooks that hosts have. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { run, type World } from './device.ts';

export class GitServerRepository {
  readonly path: string;
  readonly #env: Record<string, string>;

  /** @param folder of a bare repository, as `World.remote` makes it */
  constructor(world: World, folder: string) {
    this.path = folder;
    this.#env = { PATH: process.env['PATH'] ?? '', HOME: world.folder, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  }

  git(...args: string[]): string {
    return run(this.path, this.#env, ...args);
  }

  set(key: string, value: string): void {
    this.git('config', key, value);
  }

  unset(key: string): void {
    this.git('config', '--unset-all', key);
  }

  /** Installs an executable hook: the body of a shell script. */
  hook(name: string, body: string): void {
    const file = path.join(this.path, 'hooks', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
  }

  /** Every ref with its object, hidden ones too. */
  refs(): Map<string, string> {
    const lines = this.git('for-each-ref', '--format=%(refname) %(objectname)').split('\n').filter(Boolean);
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]));
  }

  branch(name: string): string | undefined {
    return this.refs().get(`refs/heads/${name}`);
  }

  /** Names of the refs of ConvoSync, with ids left out: `vault`, `log`, `chunks`. */
  vaultRefs(): string[] {
    return [...this.refs().keys()].filter((ref) => ref.startsWith('refs/convosync/')).map((ref) => ref.split('/').at(-1) ?? '').sort();
  }

  /** Another person's commit on top of a branch. */
  pushFromElsewhere(branch: string, file = 'elsewhere.txt'): string {
    const tip = this.branch(branch);
    const blob = this.git('hash-object', '-w', '--stdin');
    const tree = this.git('rev-parse', `${tip ?? ''}^{tree}`);
    this.git('read-tree', tree);
    this.git('update-index', '--add', '--cacheinfo', `100644,${blob},${file}`);
    const commit = this.git('-c', 'user.name=Eve', '-c', 'user.email=eve@example.org', 'commit-tree', '-p', tip ?? '', '-m', 'Work elsewhere', this.git('write-tree'));
    this.git('update-ref', `refs/heads/${branch}`, commit);
    return commit;
  }

  /** Paths in the tree of a ref. */
  files(ref: string): string[] {
    return this.git('ls-tree', '-r', '--name-only', ref).split('\n').filter(Boolean);
  }

  content(ref: string, file: string): Buffer {
    return execFileSync('git', ['cat-file', 'blob', `${ref}:${file}`], { cwd: this.path, env: this.#env, maxBuffer: 64 * 1024 * 1024 });
  }

  /** Moves a ref to another content for one of its files, or without one to a tree without it. */
  replaceFile(ref: string, file: string, content?: string | Uint8Array): void {
    this.git('read-tree', ref);
    if (content === undefined) {
      this.git('rm', '--cached', '--quiet', '--', file);
    } else {
      const source = path.join(this.path, 'replacement');
      writeFileSync(source, content);
      this.git('update-index', '--add', '--cacheinfo', `100644,${this.git('hash-object', '-w', source)},${file}`);
    }
    this.git('update-ref', ref, this.git('-c', 'user.name=Eve', '-c', 'user.email=eve@example.org', 'commit-tree', '-m', '', this.git('write-tree')));
  }

  get exists(): boolean {
    return existsSync(this.path);
  }
}
