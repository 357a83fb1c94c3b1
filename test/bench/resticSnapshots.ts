/**
 * As many snapshots in a restic repository as there are sessions. One backup each would take an hour, so there is one backup,
 * and two repositories copy from each other what was tagged anew: each round doubles what they hold.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { run } from '../support/run.ts';

export class ResticSnapshots {
  readonly #root: string;
  readonly #env: Record<string, string | undefined>;
  #caches = 0;

  private constructor(root: string) {
    this.#root = root;
    this.#env = { PATH: process.env['PATH'], HOME: root, RESTIC_PASSWORD: 'four cheeses', RESTIC_FROM_PASSWORD: 'four cheeses', RESTIC_CACHE_DIR: path.join(root, 'cache') };
  }

  /** Undefined, aloud, where restic is not installed. */
  static async make(root: string, count: number): Promise<ResticSnapshots | undefined> {
    if (!(process.env['PATH'] ?? '').split(':').some((folder) => existsSync(path.join(folder, 'restic')))) {
      console.log('  Left out: restic is not installed.');
      return undefined;
    }
    mkdirSync(root);
    const snapshots = new ResticSnapshots(root);
    await snapshots.#double(count);
    return snapshots;
  }

  /** Milliseconds of listing all of them by a process that has no cache, its start and the opening of the repository included. */
  async list(): Promise<number> {
    return this.#timed('many');
  }

  /** The same where there is a single one: what of that is not the list. */
  async listOne(): Promise<number> {
    return this.#timed('one');
  }

  async #timed(repository: string): Promise<number> {
    const env = { ...this.#env, RESTIC_CACHE_DIR: path.join(this.#root, `cache-${this.#caches++}`) };
    const start = performance.now();
    await run('restic', ['snapshots', '--quiet', '--repo', path.join(this.#root, repository)], { env });
    return performance.now() - start;
  }

  async #double(count: number): Promise<void> {
    const file = path.join(this.#root, 'file');
    writeFileSync(file, 'Where the work stands\n');
    for (const repository of ['one', 'many', 'other']) {
      await this.#restic('init', repository);
    }
    await this.#restic('backup', 'one', file);
    await this.#restic('backup', 'many', file);
    for (let round = 1; this.#idsIn('many').length < count; round++) {
      await this.#restic('tag', 'many', '--set', `round-${round}`);
      await this.#restic('copy', 'other', '--from-repo', path.join(this.#root, 'many'));
      await this.#restic('copy', 'many', '--from-repo', path.join(this.#root, 'other'), ...this.#idsIn('other').slice(0, count - this.#idsIn('many').length));
    }
  }

  async #restic(command: string, repository: string, ...more: string[]): Promise<void> {
    await run('restic', [command, '--quiet', '--repo', path.join(this.#root, repository), ...more], { env: this.#env });
  }

  #idsIn(repository: string): string[] {
    return readdirSync(path.join(this.#root, repository, 'snapshots'));
  }
}
