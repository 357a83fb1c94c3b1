import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Device, run, World } from '../support/device.ts';

const talk = randomUUID();

/** The remote has no branch yet: what there is lies inside the session. */
describe('a session whose branch was never pushed, in an empty clone', function () {
  this.timeout(30_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;

  before(async () => {
    world = new World();
    const bare = path.join(world.folder, 'server', 'shop.git');
    mkdirSync(bare, { recursive: true });
    desktop = world.device('desktop').create('-b', 'trunk');
    run(bare, desktop.env, 'init', '--quiet', '--bare', '-b', 'main');
    desktop.git('remote', 'add', 'origin', bare);
    desktop.say(talk, 'Sell drinks, too.');
    desktop.write('README.md', '# Pizza and drinks\n');
    desktop.write('drinks.js', 'export const drinks = ["water"];\n');
    desktop.git('add', 'README.md');
    assert.equal((await desktop.save('Drinks', { snapshot: true, push: false })).outcome, 'sent');
    laptop = world.device('laptop', { user: 'lovelace' }).clone(bare);
  });
  after(() => world[Symbol.dispose]());

  function standing(): Record<string, string | boolean> {
    const index = path.join(laptop.folder, '.git', 'index');
    return {
      head: readFileSync(path.join(laptop.folder, '.git', 'HEAD'), 'utf8'),
      refs: laptop.git('for-each-ref', 'refs/heads', 'refs/stash'),
      status: laptop.git('status', '--porcelain'),
      index: existsSync(index) && readFileSync(index).toString('base64'),
      config: readFileSync(path.join(laptop.folder, '.git', 'config'), 'utf8'),
    };
  }

  it('is resumed on its own branch with everything as it was, and taken back to no commit at all', async () => {
    const before = standing();
    const plan = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(plan.steps.map(({ kind }) => kind), ['protect', 'switch', 'restore-snapshot', 'install']);
    const report = await laptop.convosync.resume(plan);
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.git('branch', '--show-current'), 'trunk');
    assert.equal(laptop.git('rev-parse', 'HEAD'), desktop.git('rev-parse', 'HEAD'));
    assert.equal(laptop.git('status', '--porcelain'), 'M  README.md\n?? drinks.js');
    await laptop.undo('resume');
    assert.deepEqual(standing(), before);
    assert.equal(existsSync(path.join(laptop.folder, 'README.md')), false);
  });

  it('is checked out on no branch where the very commit is wanted, and taken back', async () => {
    const before = standing();
    assert.equal((await laptop.resume({ exact: true })).verdict.inSync, true);
    assert.equal(laptop.git('branch', '--show-current'), '');
    await laptop.undo('resume');
    assert.deepEqual(standing(), before);
  });

  it('asks what becomes of files that lie there, staged ones too, and an undo brings them back as they were', async () => {
    laptop.write('README.md', 'mine\n');
    laptop.write('notes.md', 'mine, too\n');
    laptop.git('add', 'notes.md');
    laptop.write('notes.md', 'mine, and newer\n');
    const before = standing();
    const { blockers } = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(blockers.map(({ code, remedies }) => [code, remedies]), [['uncommitted-changes', ['stash']]]);
    assert.equal((await laptop.resume({ choices: { 'uncommitted-changes': 'stash' } })).verdict.inSync, true);
    assert.equal(laptop.read('README.md'), '# Pizza and drinks\n');
    await laptop.undo('resume');
    assert.deepEqual(standing(), before);
    assert.deepEqual([laptop.read('README.md'), laptop.read('notes.md'), laptop.git('show', ':notes.md')], ['mine\n', 'mine, and newer\n', 'mine, too']);
  });

  it('says that another worktree needs a commit to begin with', async () => {
    await assert.rejects(laptop.convosync.addWorktree(laptop.folder, 'trunk'), { code: 'preflight-refused' });
  });
});
