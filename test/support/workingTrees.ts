/** A working tree that is captured on one clone and brought back on another, and all that can be seen of either. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import * as path from 'node:path';
import { createBundle } from '../../src/core/git/bundle.ts';
import { Repository } from '../../src/core/git/repository.ts';
import { capture, type Captured } from '../../src/core/git/snapshot/capture.ts';
import { leaveOutByDefault } from '../../src/core/git/leftOut.ts';
import { Quarantine } from '../../src/core/git/snapshot/quarantine.ts';
import type { GitSandbox, TestRepo } from './gitRepo.ts';

export async function open({ sandbox, folder }: TestRepo): Promise<Repository> {
  const repository = await Repository.open(sandbox.git(), folder);
  assert.ok(repository);
  return repository;
}

/** What is captured of it, and the file that takes it elsewhere; undefined when there is nothing. */
export async function carry(repo: TestRepo, out: string): Promise<{ captured: Captured; bundle: string | undefined }> {
  await using quarantine = await Quarantine.open(await open(repo), out);
  const head = repo.git('rev-parse', 'HEAD');
  const captured = await capture(quarantine, head, leaveOutByDefault);
  const { snapshot } = captured;
  const bundle = `${out}.bundle`;
  const created = snapshot && (await createBundle(quarantine.repository, { tip: snapshot.commit, excluding: [head] }, bundle));
  return { captured, bundle: created && bundle };
}

/** Two clones of a repository with two files, and what else is given. */
export function twoClones(sandbox: GitSandbox, given?: (repo: TestRepo) => void): { a: TestRepo; b: TestRepo } {
  const origin = sandbox.init('origin');
  origin.write('b/b.txt', 'b\n');
  given?.(origin);
  origin.commit('begin', 'a.txt', 'a\n');
  return { a: sandbox.clone(origin.folder, 'a'), b: sandbox.clone(origin.folder, 'elsewhere b') };
}

/** What git and the file system say of a working tree. */
export function standing(repo: TestRepo): Record<string, string | Record<string, string>> {
  const ask = (...args: string[]): string => execFileSync('git', ['--no-optional-locks', ...args], { cwd: repo.folder, env: repo.sandbox.env, encoding: 'latin1' });
  return {
    status: ask('status', '--porcelain=v2', '-z', '--untracked-files=all').replaceAll('\0', '\n'),
    index: ask('ls-files', '--stage', '-z').replaceAll('\0', '\n'),
    marks: ask('ls-files', '-v', '-z').replaceAll('\0', '\n'),
    files: files(repo.folder, (file) => !/^(.*\/)?\.git(\/|$)/.test(file), false),
  };
}

/** The same but for some files. */
export function without(standing: Record<string, string | Record<string, string>>, except: readonly string[] = []): typeof standing {
  const keep = (text: string): boolean => !except.some((file) => text.endsWith(file) || text.endsWith(`${file.split('/')[0]}/`));
  return Object.fromEntries(Object.entries(standing).map(([key, value]) => [key, typeof value === 'string' ? value.split('\n').filter(keep).join('\n') : Object.fromEntries(Object.entries(value).filter(([file]) => keep(file)))]));
}

/** The repository's folder and working tree, byte for byte, with the times of all files but objects and shared indexes: whoever looks at those marks them as in use. */
export function everything(repo: TestRepo): Record<string, string> {
  return files(repo.folder, () => true, true);
}

function files(folder: string, wanted: (file: string) => boolean, withTimes: boolean): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const absolute = path.join(entry.parentPath, entry.name);
    const file = path.relative(folder, absolute);
    if (wanted(file) && !entry.isDirectory()) {
      const { mode, mtimeMs } = lstatSync(absolute);
      const content = entry.isSymbolicLink() ? `→ ${readlinkSync(absolute)}` : readFileSync(absolute, 'latin1');
      found[file] = `${(mode & 0o777).toString(8)}${withTimes && !/^\.git\/(objects\/|sharedindex\.)/.test(file) ? ` ${mtimeMs}` : ''} ${content}`;
    }
  }
  return found;
}
