/**
 * Real repositories for tests, in a folder of their own and with nothing of this machine's git configuration: an own
 * home, an own global file, no system file.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Logger } from '../../src/core/common/logger.ts';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Git } from '../../src/core/git/git.ts';

/** A folder that holds everything one test makes; `[Symbol.dispose]` removes it. */
export class GitSandbox implements Disposable {
  readonly folder: string;
  readonly env: Record<string, string>;

  constructor() {
    this.folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'convosync-git-')));
    const home = path.join(this.folder, 'home');
    mkdirSync(home);
    const config = path.join(home, '.gitconfig');
    writeFileSync(config, '[user]\n\tname = Ada Example\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n[gc]\n\tauto = 0\n');
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      GIT_CONFIG_GLOBAL: config,
      GIT_CONFIG_NOSYSTEM: '1',
    };
  }

  /** The runner under test, with the sandbox's environment and what is added to it. */
  git(options: { env?: Record<string, string>; logger?: Logger } = {}): Git {
    return new Git({ env: { ...this.env, ...options.env }, logger: options.logger ?? silentLogger });
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** An empty repository in a new folder of this name. */
  init(name: string, ...options: string[]): TestRepo {
    mkdirSync(this.path(name), { recursive: true });
    const repo = new TestRepo(this, this.path(name));
    repo.git('init', '--quiet', ...options);
    return repo;
  }

  clone(from: string, name: string, ...options: string[]): TestRepo {
    const repo = new TestRepo(this, this.path(name));
    this.run(this.folder, 'clone', '--quiet', ...options, from, repo.folder);
    return repo;
  }

  /** Runs git as a user of the sandbox would; returns standard output without its last line break. */
  run(cwd: string, ...args: string[]): string {
    return execFileSync('git', args, { cwd, env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).replace(/\n$/, '');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class TestRepo {
  readonly sandbox: GitSandbox;
  readonly folder: string;

  constructor(sandbox: GitSandbox, folder: string) {
    this.sandbox = sandbox;
    this.folder = folder;
  }

  git(...args: string[]): string {
    return this.sandbox.run(this.folder, ...args);
  }

  write(file: string, content: string, mode?: number): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content, mode === undefined ? {} : { mode });
  }

  /** Writes one file, commits everything and returns the commit. */
  commit(message: string, file = 'file.txt', content = `${message}\n`): string {
    this.write(file, content);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Installs an executable hook: the body of a shell script. */
  hook(name: string, body: string): void {
    this.write(path.join('.git', 'hooks', name), `#!/bin/sh\n${body}\n`, 0o755);
  }
}
