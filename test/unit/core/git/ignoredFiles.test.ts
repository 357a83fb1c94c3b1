import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { ignoredBetween } from '../../../../src/core/git/ignoredFiles.ts';
import { Repository } from '../../../../src/core/git/repository.ts';
import { GitSandbox, type TestRepo } from '../../../support/gitRepo.ts';

describe('ignored files in the way', () => {
  let sandbox: GitSandbox;
  let repo: TestRepo;
  let before: string;
  let after: string;

  /** From a commit without these files to one with them. */
  const moveTo = (...files: string[]): void => {
    for (const file of files) {
      repo.write(file, 'theirs\n');
    }
    repo.git('add', '--all', '--force');
    repo.git('commit', '--quiet', '--message', 'two');
    after = repo.git('rev-parse', 'HEAD');
    repo.git('switch', '--quiet', '--detach', before);
  };
  const found = async (): Promise<string[]> => {
    const repository = await Repository.open(sandbox.git(), repo.folder);
    assert.ok(repository);
    return (await ignoredBetween(repository, before, after)).sort();
  };

  beforeEach(() => {
    sandbox = new GitSandbox();
    repo = sandbox.init('a');
    before = repo.commit('one', '.gitignore', '*.local\n*\\.line*\nout\n');
  });
  afterEach(() => sandbox[Symbol.dispose]());

  it('are those that the other commit brings, whatever their names', async () => {
    moveTo('.env.local', 'deep/größe\n.line', 'free.txt');
    repo.write('.env.local', 'mine\n');
    repo.write('deep/größe\n.line', 'mine\n');
    repo.write('apart.local', 'mine\n');
    assert.deepEqual(await found(), ['.env.local', 'deep/größe\n.line']);
  });

  it('are a file where a folder is needed, and all in a folder where a file is', async () => {
    moveTo('out/data', 'cache.local');
    rmSync(`${repo.folder}/out`, { recursive: true, force: true });
    repo.write('out', 'mine\n');
    repo.write('cache.local/one', 'mine\n');
    repo.write('cache.local/deep/two', 'mine\n');
    assert.deepEqual(await found(), ['cache.local/deep/two', 'cache.local/one', 'out']);
  });

  it('are no links, no files that git itself would not touch, and none on the way to the same commit', async () => {
    moveTo('link.local', 'free.txt');
    symlinkSync('nowhere', `${repo.folder}/link.local`);
    repo.write('free.txt', 'mine, and not ignored\n');
    assert.deepEqual(await found(), []);
    after = before;
    assert.deepEqual(await found(), []);
  });
});
