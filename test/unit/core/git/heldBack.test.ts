import assert from 'node:assert/strict';
import { findHeldBack, withoutHeldBack } from '../../../../src/core/git/heldBack.ts';
import { leaveOutByDefault } from '../../../../src/core/git/leftOut.ts';
import { Repository } from '../../../../src/core/git/repository.ts';
import { commitStaged, stageAll, stageFrom } from '../../../../src/core/git/staging.ts';
import { readState } from '../../../../src/core/git/workingTree.ts';
import { GitSandbox, type TestRepo } from '../../../support/gitRepo.ts';

describe('what a commit of everything holds back', () => {
  let sandbox: GitSandbox;
  let repo: TestRepo;
  let repository: Repository;
  beforeEach(async () => {
    sandbox = new GitSandbox();
    repo = sandbox.init('a');
    repo.commit('one', 'a.txt');
    const opened = await Repository.open(sandbox.git(), repo.folder);
    assert.ok(opened);
    repository = opened;
  });
  afterEach(() => sandbox[Symbol.dispose]());

  const leaveOut = { patterns: [...leaveOutByDefault.patterns, '*.sqlite', 'private/'], largest: 100 };
  const find = async (): ReturnType<typeof findHeldBack> => findHeldBack(repository, (await readState(repository)).changes, leaveOut);
  const large = 'x'.repeat(101);

  it('finds new secrets and large files wherever they lie, staged, renamed or untracked, by own patterns too', async () => {
    repo.write('plain.txt', 'x\n');
    repo.git('add', '--all');
    repo.git('commit', '--quiet', '-m', 'two');
    for (const file of ['.env.local', 'config/deep/server.pem', 'cache.sqlite', 'private/notes.md', 'ok.txt', 'new/ok.txt']) {
      repo.write(file, 'x\n');
    }
    repo.write('new/video.mp4', large);
    repo.write('credentials.json', '{}\n');
    repo.git('add', 'credentials.json');
    repo.git('mv', 'plain.txt', 'plain.key');
    const { secrets, large: tooLarge, tracked } = await find();
    assert.deepEqual([secrets.sort(), tooLarge, tracked], [['.env.local', 'cache.sqlite', 'config/deep/server.pem', 'credentials.json', 'plain.key', 'private/notes.md'], ['new/video.mp4'], []]);
  });

  it('leaves what commits hold already to the person, and names what is called like a secret', async () => {
    repo.write('.env.example', 'TOKEN=\n');
    repo.write('table.csv', large);
    repo.write('old.key', 'x\n');
    repo.git('add', '--all');
    repo.git('commit', '--quiet', '-m', 'two');
    repo.write('.env.example', 'TOKEN=\nNAME=\n');
    repo.write('table.csv', `${large}\n`);
    repo.git('rm', '--quiet', 'old.key');
    assert.deepEqual(await find(), { secrets: [], large: [], tracked: ['.env.example'] });
  });

  it('has files under Git LFS go along whatever their size', async () => {
    repo.write('.gitattributes', '*.psd filter=lfs -text\n');
    repo.write('big.psd', large);
    repo.write('big.txt', large);
    assert.deepEqual((await find()).large, ['big.txt']);
  });

  it('counts a folder as long as anything in it goes along', async () => {
    repo.write('keys/a.key', 'x\n');
    repo.write('src/a.key', 'x\n');
    repo.write('src/a.ts', 'x\n');
    const { changes } = await readState(repository);
    const left = await withoutHeldBack(repository, changes, await find());
    assert.deepEqual(left.map(({ path }) => path), ['src/']);
  });

  it('keeps them out of the commit, and what was staged of them staged as it was', async () => {
    repo.write('.env', 'staged\n');
    repo.write('odd name é.key', 'x\n');
    repo.git('add', '.env');
    repo.write('.env', 'newer\n');
    repo.write('[a]*.txt', 'ok\n');
    const index = sandbox.path('index');
    const { copyFileSync } = await import('node:fs');
    copyFileSync(repository.indexPath, index);
    const { changes } = await readState(repository);
    const { secrets } = await find();
    assert.equal(await stageAll(repository, changes, secrets), true);
    await commitStaged(repository, 'Work');
    await stageFrom(repository, index, secrets);
    assert.equal(repo.git('show', '--name-only', '--format=', 'HEAD'), '[a]*.txt');
    assert.equal(repo.git('status', '--porcelain', '-z').split('\0').filter(Boolean).join(','), 'AM .env,?? odd name é.key');
    assert.equal(repo.git('show', ':.env'), 'staged');
  });
});
