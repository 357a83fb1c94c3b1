import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { applyBundle } from '../../src/core/git/bundle.ts';
import { clearSnapshot, restoreSnapshot } from '../../src/core/git/snapshot/restore.ts';
import type { LeftOut } from '../../src/core/git/leftOut.ts';
import { GitSandbox, type TestRepo } from '../support/gitRepo.ts';
import { carry, everything, open, standing, twoClones, without } from '../support/workingTrees.ts';

interface Situation {
  /** Committed before both sides clone. */
  given?: (repo: TestRepo) => void;
  /** On the device that saves. */
  when: (repo: TestRepo) => void;
  /** What is not saved, by its reason. */
  leftOut?: Record<string, string[]>;
  /** Files that need not be the same on the other device. */
  except?: string[];
}

const situations: Record<string, Situation> = {
  'a staged change': { when: (repo) => stage(repo, 'a.txt', 'staged\n') },
  'an unstaged change': { when: (repo) => repo.write('a.txt', 'unstaged\n') },
  'a change staged and then changed again': { when: (repo) => (stage(repo, 'a.txt', 'staged\n'), repo.write('a.txt', 'again\n')) },
  'a change staged and then taken back': { when: (repo) => (stage(repo, 'a.txt', 'staged\n'), repo.write('a.txt', 'a\n')) },
  'a new file, staged': { when: (repo) => stage(repo, 'new/file.txt', 'new\n') },
  'a new file, staged and then removed': { when: (repo) => (stage(repo, 'new.txt', 'new\n'), rmSync(path.join(repo.folder, 'new.txt'))) },
  'untracked files, also in folders': { when: (repo) => (repo.write('untracked.txt', 'u\n'), repo.write('folder/deep/untracked.txt', 'u\n'), repo.write('folder/empty.txt', '')) },
  'a deletion, unstaged': { when: (repo) => rmSync(path.join(repo.folder, 'a.txt')) },
  'a deletion, staged': { when: (repo) => repo.git('rm', '--quiet', 'a.txt') },
  'a deletion, staged, of a file that is there again': { when: (repo) => (repo.git('rm', '--quiet', 'a.txt'), repo.write('a.txt', 'again\n')) },
  'a file that git was told to forget and that is to be added again': { when: (repo) => (repo.git('rm', '--quiet', '--cached', 'a.txt'), repo.git('add', '--intent-to-add', 'a.txt')) },
  'a rename, staged': { when: (repo) => repo.git('mv', 'a.txt', 'renamed.txt') },
  'a rename, unstaged': { when: (repo) => renameSync(path.join(repo.folder, 'a.txt'), path.join(repo.folder, 'renamed.txt')) },
  'a rename of case alone': { when: (repo) => repo.git('mv', 'a.txt', 'A.txt') },
  'a rename of case alone where names differ by more': { given: (repo) => repo.git('config', '--global', 'core.ignoreCase', 'true'), when: (repo) => repo.git('mv', 'a.txt', 'A.txt') },
  'a change of a file that can be run, where git takes no notice of modes': {
    given: (repo) => (repo.write('run.sh', 'run\n', 0o755), repo.git('add', 'run.sh'), repo.git('config', '--global', 'core.fileMode', 'false')),
    when: (repo) => repo.write('run.sh', 'run faster\n'),
  },
  'a mode, staged and unstaged': { when: (repo) => (chmodSync(path.join(repo.folder, 'a.txt'), 0o755), repo.git('add', 'a.txt'), chmodSync(path.join(repo.folder, 'b/b.txt'), 0o755)) },
  'symbolic links, also broken ones': { when: (repo) => (symlinkSync('a.txt', path.join(repo.folder, 'link')), symlinkSync('nowhere', path.join(repo.folder, 'broken')), repo.git('add', 'broken')) },
  'a file that became a link, and a link that became a file': {
    given: (repo) => symlinkSync('a.txt', path.join(repo.folder, 'was link')),
    when: (repo) => (replace(repo, 'a.txt', (file) => symlinkSync('b/b.txt', file)), replace(repo, 'was link', (file) => writeFileSync(file, 'file now\n'))),
  },
  'a file that became a folder': { when: (repo) => replace(repo, 'a.txt', (file) => (mkdirSync(file), writeFileSync(path.join(file, 'inside.txt'), 'inside\n'))) },
  'a folder that became a file': { when: (repo) => replace(repo, 'b', (file) => writeFileSync(file, 'file now\n')) },
  'a folder that became a link to another': { when: (repo) => (repo.write('c/b.txt', 'other\n'), replace(repo, 'b', (file) => symlinkSync('c', file))) },
  'files to be added': { when: (repo) => (repo.write('later.txt', 'later\n'), repo.git('add', '--intent-to-add', 'later.txt'), repo.write('b/empty later.txt', ''), repo.git('add', '--intent-to-add', 'b/empty later.txt')) },
  'an edited file that git does not look at': { when: (repo) => (repo.git('update-index', '--assume-unchanged', 'a.txt'), repo.write('a.txt', 'mine\n'), repo.write('b/b.txt', 'b2\n')) },
  'an edited file that git skips': { when: (repo) => (repo.git('update-index', '--skip-worktree', 'a.txt'), repo.write('a.txt', 'mine\n')) },
  'names with spaces, line breaks, quotes and other scripts': {
    when: (repo) => ['sp ace', 'line\nbreak', 'tab\tname', '"quoted"', 'back\\slash"', ' leading', 'ünï/çødé', '猫/ねこ', ':(top)magic', '-dash', 'star*'].forEach((name, index) => {
      repo.write(name, `${index}\n`);
      if (index % 2 === 0) {
        repo.git('--literal-pathspecs', 'add', '--', name);
      }
    }),
  },
  'binary and empty content': { when: (repo) => (writeFileSync(path.join(repo.folder, 'binary'), Buffer.from([0, 255, 13, 10, 0, 10])), stage(repo, 'empty', '')) },
  'line ends that git converts both ways': {
    given: (repo) => repo.write('.gitattributes', '*.bat text eol=crlf\n'),
    when: (repo) => (repo.write('run.bat', 'one\r\ntwo\r\n'), stage(repo, 'staged.bat', 'one\r\ntwo\r\n'), repo.write('staged.bat', 'one\r\nthree\r\n')),
  },
  'line ends that git would not give back': {
    given: (repo) => repo.write('.gitattributes', '*.txt text=auto\n*.bat text eol=crlf\n'),
    when: (repo) => (repo.write('mixed.bat', 'one\r\ntwo\n'), repo.write('a.txt', 'crlf\r\nhere\r\n'), stage(repo, 'b/b.txt', 'staged\r\n'), repo.write('b/b.txt', 'both\r\nends\n')),
  },
  'line ends of Windows that are in the index, and that git would convert in a new file': {
    given: (repo) => (stage(repo, 'b/b.txt', 'one\r\ntwo\r\n'), repo.git('commit', '--quiet', '--message', 'Windows'), repo.write('.gitattributes', '*.txt text=auto\n')),
    when: (repo) => (repo.write('b/b.txt', 'one\r\nthree\r\n'), repo.write('new.txt', 'one\r\ntwo\r\n')),
  },
  'attributes that were removed, and what they converted': {
    given: (repo) => repo.write('.gitattributes', '*.txt text=auto\n'),
    when: (repo) => (rmSync(path.join(repo.folder, '.gitattributes')), repo.write('a.txt', 'both\r\nends\n'), repo.write('new.txt', 'one\r\ntwo\n')),
  },
  'an encoding, and keywords that git fills in': {
    given: (repo) => repo.write('.gitattributes', '*.utf16 text working-tree-encoding=UTF-16LE\n*.id ident\n'),
    when: (repo) => (writeFileSync(path.join(repo.folder, 'x.utf16'), Buffer.from('ünï\n', 'utf16le')), repo.write('x.id', '$Id: of before$\n'), repo.write('y.id', '$Id$\n')),
  },
  'nothing but changed times': { when: (repo) => (utimesSync(path.join(repo.folder, 'a.txt'), new Date(), new Date(0)), repo.write('b/b.txt', 'b2\n')) },
  'an index with nothing in it': { when: (repo) => repo.git('rm', '-r', '--quiet', '--cached', '.') },
  'everything removed': { when: (repo) => repo.git('rm', '-r', '--quiet', '.') },
  'a split index': { when: (repo) => (repo.git('update-index', '--split-index'), stage(repo, 'a.txt', 'staged\n'), repo.write('b/b.txt', 'b2\n')) },
  'the content of a file of which Git LFS would commit a pointer': {
    given: (repo) => (repo.write('.gitattributes', '*.big filter=lfs -text\n'), repo.write('model.big', 'pointer\n')),
    when: (repo) => {
      repo.sandbox.run(repo.folder, 'config', '--global', 'filter.lfs.clean', 'cat >/dev/null; echo pointer');
      repo.sandbox.run(repo.folder, 'config', '--global', 'filter.lfs.smudge', 'cat');
      repo.sandbox.run(repo.folder, 'config', '--global', 'filter.lfs.required', 'true');
      repo.write('untracked.big', 'large content\n');
      repo.write('a.txt', 'changed\n');
    },
  },
  'line ends of a user who has all of them converted': {
    given: (repo) => repo.sandbox.run(repo.folder, 'config', '--global', 'core.autocrlf', 'true'),
    when: (repo) => (repo.write('a.txt', 'one\r\ntwo\r\n'), repo.write('b/b.txt', 'lf\nonly\n'), repo.write('mixed.txt', 'one\r\ntwo\n')),
  },
  'work in a sparse checkout': {
    given: (repo) => repo.write('c/c.txt', 'c\n'),
    when: (repo) => (repo.git('sparse-checkout', 'set', 'b'), repo.write('b/b.txt', 'changed\n'), repo.write('b/new.txt', 'new\n')),
    except: ['c/c.txt'],
  },
  'secrets by their names, and folders of their names': {
    when: (repo) => (repo.write('.env.local', 's\n'), repo.write('keys/server.pem', 's\n'), stage(repo, 'config/credentials.json', 's\n'), repo.write('a.txt', 'changed\n'), repo.write('environment.txt', 'ok\n')),
    leftOut: { secrets: ['.env.local', 'config/credentials.json', 'keys/server.pem'] },
    except: ['.env.local', 'config/credentials.json', 'keys/server.pem'],
  },
  'a changed secret that is tracked': {
    given: (repo) => repo.write('.env', 'old\n'),
    when: (repo) => (stage(repo, '.env', 'new\n'), repo.write('a.txt', 'changed\n')),
    leftOut: { secrets: ['.env'] },
    except: ['.env'],
  },
  'nested repositories and empty folders': {
    when: (repo) => {
      repo.write('a.txt', 'changed\n');
      mkdirSync(path.join(repo.folder, 'empty/deep'), { recursive: true });
      mkdirSync(path.join(repo.folder, 'new/nested'), { recursive: true });
      repo.write('new/file.txt', 'new\n');
      repo.sandbox.run(path.join(repo.folder, 'new/nested'), 'init', '--quiet');
    },
    leftOut: { nestedRepositories: ['new/nested/'], emptyFolders: ['empty/'] },
    except: ['new/nested/'],
  },
};

describe('a snapshot', function () {
  this.timeout(60_000);
  let sandbox: GitSandbox;
  beforeEach(() => {
    sandbox = new GitSandbox();
  });
  afterEach(() => sandbox[Symbol.dispose]());

  for (const [name, situation] of Object.entries(situations)) {
    it(`brings ${name} to another device as it is, and leaves this one as it was`, async () => {
      const { a, b } = twoClones(sandbox, situation.given);
      situation.when(a);
      const before = everything(a);
      const { captured, bundle } = await carry(a, sandbox.path('out'));
      assert.deepEqual(everything(a), before, 'the repository is as it was');
      assert.deepEqual(leftOut(captured.leftOut), situation.leftOut ?? {});
      assert.ok(captured.snapshot && bundle !== undefined);
      const repository = await open(b);
      assert.equal(await applyBundle(repository, bundle), captured.snapshot.commit);
      await restoreSnapshot(repository, captured.snapshot, sandbox.path('scratch'));
      assert.deepEqual(without(standing(b), situation.except), without(standing(a), situation.except));
      if (!situation.except) {
        assert.equal((await carry(b, sandbox.path('again'))).captured.snapshot?.commit, captured.snapshot.commit, 'and is recognised there');
      }
      await clearSnapshot(repository, captured.snapshot);
      assert.deepEqual(standing(b), standing(sandbox.clone(sandbox.path('origin'), 'c')));
    });
  }

  it('brings whatever was done in whatever order to another device as it is', async () => {
    const names = ['a.txt', 'b/b.txt', 'b', 'new', 'new/deep/file', 'ünï çødé'];
    const action = fc.record({ kind: fc.constantFrom('write', 'stage', 'remove', 'forget', 'mode', 'intend', 'link'), name: fc.constantFrom(...names), text: fc.constantFrom('', 'one\n', 'two\r\n') });
    await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 8 }), async (actions) => {
      using own = new GitSandbox();
      const { a, b } = twoClones(own);
      actions.forEach((one) => attempt(a, one));
      const before = everything(a);
      const { captured, bundle } = await carry(a, own.path('out'));
      assert.deepEqual(everything(a), before);
      const repository = await open(b);
      if (captured.snapshot && bundle !== undefined) {
        await applyBundle(repository, bundle);
        await restoreSnapshot(repository, captured.snapshot, own.path('scratch'));
      }
      assert.deepEqual(standing(b), standing(a));
    }), { numRuns: Number(process.env['CONVOSYNC_WALKS'] ?? 15) });
  });
});

/** What cannot be done, as where a folder is in the way, is left out. */
function attempt(repo: TestRepo, { kind, name, text }: { kind: string; name: string; text: string }): void {
  const file = path.join(repo.folder, name);
  const does: Record<string, () => unknown> = {
    write: () => repo.write(name, text),
    stage: () => repo.git('add', '--', name),
    remove: () => rmSync(file, { recursive: true }),
    forget: () => repo.git('rm', '-r', '--quiet', '--cached', '--', name),
    mode: () => chmodSync(file, 0o755),
    intend: () => repo.git('add', '--intent-to-add', '--', name),
    link: () => symlinkSync('a.txt', file),
  };
  try {
    does[kind]?.();
  } catch {
    // It cannot be done.
  }
}

function stage(repo: TestRepo, file: string, content: string): void {
  repo.write(file, content);
  repo.git('add', '--', file);
}

function replace(repo: TestRepo, file: string, by: (absolute: string) => void): void {
  rmSync(path.join(repo.folder, file), { recursive: true });
  by(path.join(repo.folder, file));
}

function leftOut(all: LeftOut): Record<string, string[]> {
  return Object.fromEntries(Object.entries<string[]>({ ...all }).filter(([, paths]) => paths.length > 0).map(([reason, paths]) => [reason, paths.sort()]));
}
