import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import type { LockHolder } from '../../../../src/core/home/lock.ts';
import { withLock } from '../../../../src/core/home/lock.ts';
import { useTemporaryHome } from './temporaryHome.ts';

const program = fileURLToPath(new URL('lockingProcess.ts', import.meta.url));
const options = { purpose: 'testing', signal: undefined, waitMs: 0 };
const done = async (): Promise<string> => 'done';

describe('a lock among processes', () => {
  const home = useTemporaryHome();
  let children: ChildProcess[] = [];

  const start = (...args: string[]): ChildProcess => {
    const child = spawn(process.execPath, [program, home().root, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  };
  const startHolder = async (): Promise<ChildProcess> => {
    const holder = start('hold');
    await once(holder.stdout!, 'data');
    return holder;
  };

  afterEach(async () => {
    for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    children = [];
  });

  it('gives the result of what ran under it, and is free again, also after a failure', async () => {
    assert.equal(await withLock(home(), 'shared', options, done), 'done');
    await assert.rejects(withLock(home(), 'shared', options, () => Promise.reject(new Error('broken'))), /broken/);
    assert.equal(await withLock(home(), 'shared', options, done), 'done');
  });

  it('says who holds it, what for and since when', async () => {
    const holder = await startHolder();
    await assert.rejects(withLock(home(), 'shared', options, done), (error) => {
      assert.ok(ConvoSyncError.is(error, 'busy'));
      const { pid, purpose, since, lock } = error.details;
      assert.deepEqual({ pid, purpose, lock }, { pid: holder.pid, purpose: 'holding on', lock: 'shared' });
      assert.ok(Math.abs(Date.now() - Date.parse(String(since))) < 60_000);
      return true;
    });
  });

  it('does not keep those from working who want another lock', async () => {
    await startHolder();
    assert.equal(await withLock(home(), 'other', options, done), 'done');
  });

  it('excludes two who want it within one process', async () => {
    let inside = 0;
    await Promise.all(Array.from({ length: 4 }, () => withLock(home(), 'shared', { ...options, waitMs: 5_000 }, async () => {
      assert.equal(++inside, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
    })));
  });

  it('is free as soon as its holder was killed', async () => {
    const holder = await startHolder();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.equal(await withLock(home(), 'shared', options, done), 'done');
  });

  it('passes to one who was waiting when its holder is killed', async () => {
    const holder = await startHolder();
    const seen: (LockHolder | undefined)[] = [];
    const waiting = withLock(home(), 'shared', { ...options, waitMs: 20_000, onWait: (who) => {
      seen.push(who);
      holder.kill('SIGKILL');
    } }, done);
    assert.equal(await waiting, 'done');
    assert.deepEqual(seen.map((who) => who?.pid), [holder.pid]);
  });

  it('stays with a holder that sleeps', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const holder = await startHolder();
    holder.kill('SIGSTOP');
    await assert.rejects(withLock(home(), 'shared', { ...options, waitMs: 100 }, done), (error) => ConvoSyncError.is(error, 'busy'));
  });

  it('stops waiting when the wait is cancelled, and runs nothing', async () => {
    await startHolder();
    const cancel = new AbortController();
    const waiting = withLock(home(), 'shared', { ...options, waitMs: 20_000, signal: cancel.signal, onWait: () => cancel.abort() }, () => assert.fail('must not run'));
    await assert.rejects(waiting, (error) => ConvoSyncError.is(error, 'cancelled'));
  });

  it('runs nothing after an abort, also when it is free', async () => {
    await assert.rejects(withLock(home(), 'shared', { ...options, signal: AbortSignal.abort() }, () => assert.fail('must not run')), (error) => ConvoSyncError.is(error, 'cancelled'));
    assert.equal(await withLock(home(), 'shared', options, done), 'done');
  });

  it('is an error where files cannot be locked, never a lock that excludes nobody', async () => {
    await rm(home().locksFolder, { recursive: true });
    await writeFile(home().locksFolder, '');
    await assert.rejects(withLock(home(), 'shared', options, () => assert.fail('must not run')), (error) => ConvoSyncError.is(error, 'home-unusable'));
  });

  it('loses no count of eight processes with fifty each, one of them killed half-way and replaced', async function () {
    this.timeout(60_000);
    const counter = path.join(home().root, 'counter');
    await writeFile(counter, '0');
    const victim = await startHolder();
    const counting = Array.from({ length: 8 }, () => once(start('count', counter, '50'), 'exit'));
    setTimeout(() => victim.kill('SIGKILL'), 300);
    assert.deepEqual(await Promise.all(counting), Array.from({ length: 8 }, () => [0, null]));
    assert.equal(await readFile(counter, 'utf8'), '400');
  });
});
