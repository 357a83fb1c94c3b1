/**
 * A snapshot of a large working tree with a few changes beside what git and VS Code do all the time: `git status` over the same
 * tree, and `git stash create`, which leaves untracked files out. The snapshot is captured with its objects and its bundle.
 *
 * What remains above the aim where the processors are busy with other work: the look itself costs a little more than `git status`,
 * since its two halves, which run at the same time, each read the index, and then some dozen short git processes follow, which take
 * the same however many files there are: the 500 files show how long.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { createBundleOn } from '../../src/core/git/bundle.ts';
import { Repository } from '../../src/core/git/repository.ts';
import { capture } from '../../src/core/git/snapshot/capture.ts';
import { leaveOutByDefault } from '../../src/core/git/leftOut.ts';
import { Quarantine } from '../../src/core/git/snapshot/quarantine.ts';
import { GitSandbox, type TestRepo } from '../support/gitRepo.ts';
import { type Figure, median } from './figures.ts';

const aim = 2;
const foldersOfFiles = 500;
const changed = 20;

export async function snapshot(rounds: number): Promise<Figure[]> {
  return [...(await measure('50,000 files', 100, rounds)), ...(await measure('500 files', 1, rounds))];
}

async function measure(size: string, filesInFolder: number, rounds: number): Promise<Figure[]> {
  using sandbox = new GitSandbox();
  const repo = manyFiles(sandbox, filesInFolder);
  const git = sandbox.git();
  const repository = await Repository.open(git, repo.folder);
  if (!repository) {
    throw new Error('the repository is not there');
  }
  const head = repo.git('rev-parse', 'HEAD');
  const ways: Record<string, () => Promise<unknown>> = {
    snapshot: () => takeSnapshot(sandbox, repository, head),
    'git status': () => git.run(['status', '--porcelain=v2', '--untracked-files=all'], { cwd: repo.folder, readOnly: true }),
    'git stash create': () => git.run(['stash', 'create'], { cwd: repo.folder, readOnly: true }),
  };
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < changed; index++) {
      repo.write(index % 4 === 0 ? `folder-${index}/new-${index}.txt` : `folder-${index}/file-0.txt`, `round ${round}\n`);
    }
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      await way();
      times.get(name)?.push(performance.now() - start);
    }
  }
  const ours = median(times.get('snapshot') ?? []);
  return ['git status', 'git stash create'].map((name) => ({
    what: `snapshot of ${changed} changes in ${size}`, ours, beside: name, theirs: median(times.get(name) ?? []), unit: 'ms', ...(name === 'git status' && filesInFolder > 1 ? { aim } : {}),
  }));
}

/** Every operation has opened the repository and read its settings by then. */
async function takeSnapshot(sandbox: GitSandbox, repository: Repository, head: string): Promise<void> {
  const folder = sandbox.path('out');
  await using quarantine = await Quarantine.open(repository, folder);
  const { snapshot: taken } = await capture(quarantine, head, leaveOutByDefault);
  await createBundleOn(head, quarantine.repository, taken?.commit ?? '', `${folder}.bundle`);
  await rm(`${folder}.bundle`);
}

function manyFiles(sandbox: GitSandbox, filesInFolder: number): TestRepo {
  const repo = sandbox.init('large');
  for (let folder = 0; folder < foldersOfFiles; folder++) {
    mkdirSync(path.join(repo.folder, `folder-${folder}`));
    for (let file = 0; file < filesInFolder; file++) {
      writeFileSync(path.join(repo.folder, `folder-${folder}`, `file-${file}.txt`), `${folder} ${file}\n`);
    }
  }
  repo.commit('Begin');
  return repo;
}
