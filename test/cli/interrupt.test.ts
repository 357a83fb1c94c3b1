import * as assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { World } from '../support/device.ts';
import type { Device } from '../support/device.ts';
import { convosync, placeOf, start } from './commandLine.ts';

describe('Ctrl-C', function () {
  this.timeout(60_000);
  let world: World;
  let device: Device;

  beforeEach(() => {
    world = new World();
    world.now = new Date();
    device = world.device('desktop').clone(world.remote());
    device.write('orders.js', 'export const orders = ["Margherita"];\n');
  });
  afterEach(() => world[Symbol.dispose]());

  it('stops while the remote keeps one waiting, and nothing has happened', async () => {
    const head = device.git('rev-parse', 'HEAD');
    const marker = `${world.folder}/asked`;
    device.git('remote', 'set-url', 'origin', 'ssh://host.invalid/shop.git');
    const child = start(placeOf(device, { GIT_SSH_COMMAND: `touch '${marker}'; exec sleep 60;` }), 'save', 'One');
    await until(() => existsSync(marker));
    const { code, stderr, seconds } = await interrupted(child);
    assert.equal(code, 130);
    assert.match(stderr, /Stopping cleanly…[^]*Cancelled\.\n/);
    assert.ok(seconds < 5, `${seconds} s`);
    assert.equal(device.git('rev-parse', 'HEAD'), head);
    assert.match(device.git('status', '--porcelain'), /M orders\.js/);
  });

  it('keeps what was committed, and the next save goes on from there', async () => {
    const marker = `${world.folder}/pushing`;
    device.write('.git/hooks/pre-push', `#!/bin/sh\ntouch '${marker}'\nexec sleep 60\n`);
    const { chmodSync, rmSync } = await import('node:fs');
    chmodSync(`${device.folder}/.git/hooks/pre-push`, 0o755);
    const child = start(placeOf(device), 'save', 'One');
    await until(() => existsSync(marker));
    const { code, stderr } = await interrupted(child);
    assert.ok(code === 5 || code === 130, `${String(code)}\n${stderr}`);
    rmSync(`${device.folder}/.git/hooks/pre-push`);
    const retried = await convosync(placeOf(device), 'save', '--retry');
    assert.equal(retried.code, 0, retried.stderr);
    const list = await convosync(placeOf(world.device('laptop').clone(device.git('remote', 'get-url', 'origin'))), 'list');
    assert.match(list.stdout, / One$/m);
  });

  it('pressed twice does not wait', async () => {
    const marker = `${world.folder}/deaf`;
    device.git('remote', 'set-url', 'origin', 'ssh://host.invalid/shop.git');
    const child = start(placeOf(device, { GIT_SSH_COMMAND: `trap '' INT TERM HUP; touch '${marker}'; sleep 20;` }), 'save', 'One');
    await until(() => existsSync(marker));
    child.kill('SIGINT');
    await until(() => child.stderr.readableLength > 0 || child.exitCode !== null);
    const { code, seconds } = await interrupted(child);
    assert.equal(code, 130);
    assert.ok(seconds < 3, `${seconds} s`);
  });
});

async function interrupted(child: ChildProcessWithoutNullStreams): Promise<{ code: number | null; stderr: string; seconds: number }> {
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdout.resume();
  const started = performance.now();
  child.kill('SIGINT');
  const [code] = await once(child, 'close') as [number | null];
  return { code, stderr: Buffer.concat(stderr).toString(), seconds: (performance.now() - started) / 1000 };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
