/** A git process of an interrupted operation is waited for; another process that has got its id since is not. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../../../../src/core/common/logger.ts';
import { Git } from '../../../../src/core/git/git.ts';
import { Repository } from '../../../../src/core/git/repository.ts';
import { Journal } from '../../../../src/core/operations/journal.ts';
import { useTemporaryHome } from '../home/temporaryHome.ts';

describe('the journal of a checkout', () => {
  const home = useTemporaryHome();
  let repository: Repository;
  let journal: Journal;
  let note: string;

  beforeEach(async () => {
    const git = new Git({ env: { PATH: process.env['PATH'] ?? '', HOME: home().root }, logger: silentLogger });
    const folder = path.join(home().root, 'shop');
    mkdirSync(folder);
    await git.run(['init', '--quiet'], { cwd: folder });
    repository = (await Repository.open(git, folder)) ?? assert.fail('no repository');
    journal = new Journal(home(), 'checkout');
    await journal.watch(repository).change(['config', 'user.name', 'ada'], undefined);
    [note = ''] = readdirSync(home().journalFolder).map((name) => path.join(home().journalFolder, name));
  });

  const survivor = async (changed: Record<string, unknown>): Promise<'quiet' | 'waits'> => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
    try {
      await journal.watch(repository).change(['config', 'user.name', 'ada'], undefined);
      const { started, ...noted } = JSON.parse(readFileSync(note, 'utf8')) as { started?: string };
      const status = readFileSync(`/proc/${child.pid ?? 0}/stat`, 'utf8');
      const own = { ...noted, pid: child.pid, ...(started === undefined ? {} : { started: status.slice(status.lastIndexOf(')') + 2).split(' ')[19] }) };
      writeFileSync(note, JSON.stringify({ ...own, ...changed }));
      const cancel = AbortSignal.timeout(300);
      await journal.untilQuiet(repository, cancel);
      return 'quiet';
    } catch (error) {
      assert.equal((error as { code: string }).code, 'cancelled');
      return 'waits';
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  };

  it('waits for a git process that outlived its ConvoSync', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    assert.equal(await survivor({}), 'waits');
  });

  it('waits for nobody who merely has its id: after a restart, on another machine, or because ids come round', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    assert.equal(await survivor({ booted: Date.now() / 1000 - os.uptime() - 3_600 }), 'quiet');
    assert.equal(await survivor({ host: `not ${os.hostname()}` }), 'quiet');
    assert.equal(await survivor({ started: '1' }), 'quiet');
  });

  it('takes a note that was cut off for none', async () => {
    writeFileSync(note, '{"v":1,"pid":');
    await journal.untilQuiet(repository);
  });
});
