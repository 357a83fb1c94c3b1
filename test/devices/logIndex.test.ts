import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Logger, silentLogger } from '../../src/core/common/logger.ts';
import { type Device, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk = randomUUID();

describe('a look at a vault', function () {
  this.timeout(120_000);
  let world: World;
  let remote: string;
  let server: GitServerRepository;
  let desktop: Device;
  let laptop: Device;
  let vault: string;
  /** What the desktop has asked git to fetch, list and read. */
  let reads: string[];

  beforeEach(async () => {
    world = new World();
    remote = world.remote();
    server = new GitServerRepository(world, remote);
    reads = [];
    [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
    const logger: Logger = { ...silentLogger, child: () => logger, debug: (message) => reads.push(...(/^git .*?\b(fetch|ls-tree|cat-file)\b/.exec(message)?.slice(1) ?? [])) };
    desktop.machine.logger = logger;
    await saves(desktop, '1');
    await saves(laptop, '2');
    assert.deepEqual(await messages(desktop), ['1', '2']);
    vault = logs()[0]?.split('/')[2] ?? '';
    reads.length = 0;
  });
  afterEach(() => world[Symbol.dispose]());

  const saves = async (from: Device, message: string): Promise<void> => {
    world.passMinutes(1);
    from.say(talk, message);
    assert.equal((await from.save(message, { push: false })).outcome, 'sent');
  };
  const messages = async (from: Device, refresh = true): Promise<string[]> => {
    const { sessions, problem } = await from.convosync.list(from.folder, { refresh });
    assert.equal(problem, undefined);
    return sessions.map(({ summary }) => summary.message).sort();
  };
  const logs = (): string[] => [...server.refs().keys()].filter((ref) => ref.startsWith('refs/convosync/') && ref.endsWith('/log'));
  const keptBy = (one: Device): string => path.join(one.home, '.local', 'share', 'convosync', 'vaults', vault, 'index.sqlite');

  it('reads nothing where nothing has changed, and nothing that this device has sent', async () => {
    await messages(desktop);
    await messages(desktop, false);
    await desktop.convosync.status(desktop.folder);
    assert.deepEqual(reads, []);
    await saves(desktop, '3');
    reads.length = 0;
    assert.deepEqual(await messages(desktop), ['1', '2', '3']);
    assert.deepEqual(reads, []);
  });

  it('reads the one log that went on', async () => {
    await saves(world.device('tablet').clone(remote), '3');
    await messages(desktop);
    reads.length = 0;
    await saves(laptop, '4');
    assert.deepEqual(await messages(desktop), ['1', '2', '3', '4']);
    assert.deepEqual(reads, ['fetch', 'ls-tree', 'cat-file']);
  });

  it('passes over refs that are no part of a vault', async () => {
    const [log = ''] = logs();
    const commit = server.refs().get(log) ?? '';
    for (const ref of [`${log}s/x`, log.replace(/\w+\/log$/, 'x/aaaaaaaa/log'), log.replace(/\w+\/log$/, 'aaaaaaaa/logs'), log.replace(/\w+\/log$/, 'NOBODY/log')]) {
      server.git('update-ref', ref, commit);
    }
    assert.deepEqual(await messages(desktop), ['1', '2']);
    assert.deepEqual(await messages(world.device('tablet').clone(remote)), ['1', '2']);
  });

  const ways: [how: string, spoil: (file: string) => void][] = [
    ['deleted', (file) => rmSync(file, { recursive: true })],
    ['emptied', (file) => writeFileSync(file, '')],
    ['cut short', (file) => truncateSync(file, statSync(file).size - 100)],
    ['damaged', (file) => writeFileSync(file, readFileSync(file, 'latin1').replaceAll('"message":', '"massage":'), 'latin1')],
    ['written by another version', (file) => {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 999999');
      database.close();
    }],
    ['replaced by a folder', (file) => {
      rmSync(file, { recursive: true });
      mkdirSync(file);
    }],
  ];
  for (const [how, spoil] of ways) {
    it(`and everything else goes on when what is kept of it is ${how}, at any time`, async () => {
      const spoils = (): void => [desktop, laptop].map(keptBy).filter((file) => existsSync(file)).forEach(spoil);
      spoils();
      assert.deepEqual(await messages(desktop), ['1', '2']);
      spoils();
      assert.deepEqual(await messages(desktop, false), ['1', '2']);
      world.passMinutes(1);
      desktop.say(talk, '3');
      const plan = await desktop.convosync.planSave(desktop.folder, { message: '3', push: false });
      spoils();
      assert.equal((await desktop.convosync.save(plan)).outcome, 'sent');
      spoils();
      renameSync(remote, `${remote}.gone`);
      assert.equal((await desktop.convosync.list(desktop.folder)).sessions.length, 3);
      spoils();
      world.passMinutes(1);
      desktop.say(talk, '4');
      assert.equal((await desktop.save('4', { push: false })).outcome, 'queued');
      spoils();
      assert.deepEqual(await messages(desktop, false), ['1', '2', '3', '4']);
      renameSync(`${remote}.gone`, remote);
      spoils();
      assert.deepEqual(await desktop.convosync.sync(desktop.folder), { outcome: 'sent', sessions: 1, arrived: [], notes: [] });
      spoils();
      const resumed = await laptop.convosync.planResume(laptop.folder, {});
      spoils();
      assert.equal((await laptop.convosync.resume(resumed)).session.summary.message, '4');
      spoils();
      await laptop.convosync.delete(laptop.folder, [resumed.session.summary.id]);
      for (const one of [desktop, laptop, world.device('tablet').clone(remote)]) {
        assert.deepEqual(await messages(one), ['1', '2', '3'], one.name);
      }
    });
  }

  it('is an error, and not only an empty list, where the remote is tampered with and what was kept is gone', async () => {
    const refs = server.refs();
    logs().forEach((ref) => server.git('update-ref', '-d', ref));
    rmSync(keptBy(desktop));
    for (const refresh of [true, false]) {
      const { sessions, problem } = await desktop.convosync.list(desktop.folder, { refresh });
      assert.deepEqual([sessions, problem?.code], [[], 'vault-rolled-back'], `refresh: ${refresh}`);
    }
    refs.forEach((commit, ref) => server.git('update-ref', ref, commit));
    assert.deepEqual(await messages(desktop), ['1', '2']);
    assert.deepEqual(await messages(desktop, false), ['1', '2']);
  });

  for (const spoiled of [false, true]) {
    it(`of two processes of a device shows what either sent${spoiled ? ', also when what is kept is deleted all the time' : ''}`, async () => {
      const spoils = (): void => (spoiled ? rmSync(keptBy(desktop), { force: true }) : undefined);
      const other = world.device('desktop').clone(remote, 'work/another clone');
      world.passMinutes(1);
      for (const [each, message] of [[desktop, '3'], [other, '4']] as const) {
        each.say(randomUUID(), message);
      }
      const plans = await Promise.all([desktop.convosync.planSave(desktop.folder, { message: '3', push: false }), other.convosync.planSave(other.folder, { message: '4', push: false })]);
      spoils();
      assert.equal((await desktop.convosync.save(plans[0])).outcome, 'sent');
      spoils();
      assert.equal((await other.convosync.save(plans[1])).outcome, 'sent');
      spoils();
      for (const each of [desktop, other]) {
        assert.deepEqual(await messages(each, false), ['1', '2', '3', '4']);
        spoils();
      }
      assert.deepEqual(await messages(world.device('tablet').clone(remote)), ['1', '2', '3', '4']);
      assert.equal(logs().length, 2, 'both are one writer');
    });
  }

  it('of two processes at once keeps one sound state', async () => {
    const other = world.device('desktop').clone(remote, 'work/another clone');
    for (const message of ['3', '4', '5']) {
      await saves(laptop, message);
      await Promise.all([desktop, other, desktop, other].map((each) => messages(each)));
    }
    reads.length = 0;
    assert.deepEqual(await messages(desktop), ['1', '2', '3', '4', '5']);
    assert.deepEqual(reads, []);
  });
});
