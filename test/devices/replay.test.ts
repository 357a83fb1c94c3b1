import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Replay } from '../../src/core/operations/report.ts';
import { convosync, convosyncJson, placeOf } from '../cli/commandLine.ts';
import { type Device, World } from '../support/device.ts';

const talk = randomUUID();

describe('a replay at a commit', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  let first: string;
  let second: string;

  before(async () => {
    world = new World();
    const remote = world.remote();
    [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
    const hour = 60 * 60_000;
    world.now = new Date(Date.now() - 3 * hour);
    desktop.say(talk, 'Begin the menu');
    desktop.env['GIT_COMMITTER_DATE'] = new Date(Date.now() - 2 * hour).toISOString();
    first = commits('one');
    delete desktop.env['GIT_COMMITTER_DATE'];
    world.now = new Date(Date.now() - hour);
    desktop.say(talk, 'Go on with the menu');
    desktop.write('menu.md', 'two\n');
    await desktop.save('Go on', { push: false });
    second = desktop.git('rev-parse', 'HEAD');
  });
  after(() => world[Symbol.dispose]());

  const commits = (content: string): string => {
    desktop.write('menu.md', `${content}\n`);
    desktop.git('add', '--all');
    desktop.git('commit', '--quiet', '-m', content);
    return desktop.git('rev-parse', 'HEAD');
  };
  const said = ({ conversations }: Replay): string[] => conversations.flatMap(({ messages }) => messages).flatMap(({ author, blocks }) => (author === 'user' ? blocks.map((block) => (block.type === 'text' ? block.text : '')) : []));

  it('holds what was said until the commit came to be, on every device', async () => {
    assert.deepEqual(said(await laptop.convosync.replay(laptop.folder, first.slice(0, 8))), ['Begin the menu']);
    assert.deepEqual(said(await desktop.convosync.replay(desktop.folder, first)), ['Begin the menu']);
    assert.deepEqual(said(await laptop.convosync.replay(laptop.folder, second)), ['Begin the menu', 'Go on with the menu']);
    await assert.rejects(laptop.convosync.replay(laptop.folder, 'ffffffff'), { code: 'usage' });
    await assert.rejects(laptop.convosync.replay(laptop.folder, '--help'), { code: 'usage' });
  });

  it('puts the code of the commit beside, and leaves the checkout as it is', async () => {
    const state = (): string[] => [laptop.git('status', '--porcelain'), laptop.git('rev-parse', 'HEAD'), laptop.git('symbolic-ref', 'HEAD')];
    const before = state();
    const { code, document } = await convosyncJson(placeOf(laptop), 'replay', '--at-commit', first.slice(0, 8));
    const { commit, worktree = '', conversations } = document as { commit: string; worktree?: string; conversations: { messages: unknown[]; of: number }[] };
    assert.deepEqual([code, commit, conversations.map(({ messages, of }) => [messages.length, of])], [0, first, [[2, 4]]]);
    assert.equal(readFileSync(path.join(worktree, 'menu.md'), 'utf8'), 'one\n');
    assert.deepEqual(state(), before);
    const { stdout, stderr } = await convosync(placeOf(laptop), 'replay', '--at-commit', first, '--no-code');
    assert.match(stderr, /up to commit [0-9a-f]{7}: 2 of 4 messages\./);
    assert.match(stdout, /Begin the menu/);
    assert.doesNotMatch(stdout, /Go on with the menu/);
    assert.equal(existsSync(`${worktree}-2`), false);
  });
});
