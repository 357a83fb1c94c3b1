/** Handoffs that are kept in the repository, through merges as git makes them and as people make them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import fc from 'fast-check';
import { handoffPath } from '../../src/core/session/handoff/inRepository.ts';
import { pluginHandoffFile, readPluginHandoffs } from '../../src/core/session/handoff/pluginFile.ts';
import { type Device, World } from '../support/device.ts';

const people = ['Desktop', 'Laptop of Ada', 'télé/phone'];

describe('one handoff file a device', function () {
  this.timeout(600_000);

  const who = fc.nat({ max: people.length - 1 });
  const anyone = fc.nat({ max: people.length });
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ what: fc.constant('save' as const), at: who }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant('merge' as const), at: anyone, of: anyone }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('commit' as const), at: anyone }) },
  );

  it('never conflicts, and holds each device’s newest, however three devices and a clone without ConvoSync commit and merge', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
      using world = new World();
      const remote = world.remote();
      const plain = world.device('plain', { user: 'bob' });
      const devices = people.map((name, index) => world.device(name.replace(/\W/g, ''), { user: `ada${index}`, handoffFile: 'device' }));
      const clones = [...devices, plain].map((device, index) => {
        device.clone(remote, `clone ${index}`).git('switch', '--quiet', '--create', `work-${index}`);
        device.git('push', '--quiet', '--set-upstream', 'origin', 'HEAD');
        return device;
      });
      for (const [index, device] of devices.entries()) {
        await device.convosync.renameDevice(people[index] ?? '');
      }
      const talks = people.map(() => randomUUID());
      const newest = new Map<Device, string>();
      let count = 0;
      const commit = (device: Device): void => {
        device.write(`code/${count++}.txt`, 'x\n');
        device.git('add', '--all');
        device.git('commit', '--quiet', '-m', 'Work');
        device.git('push', '--quiet');
      };
      const merge = (device: Device, of: number): void => {
        device.git('fetch', '--quiet');
        device.git('merge', '--quiet', '--no-edit', `origin/work-${of}`);
        device.git('push', '--quiet');
      };
      for (const { at, ...rest } of steps) {
        const device = clones[at] ?? plain;
        world.passMinutes(1);
        if (rest.what === 'save') {
          device.say(talks[at] ?? '', `Request ${count}`);
          device.write(`code/${count++}.txt`, 'x\n');
          const plan = await device.convosync.planSave(device.folder, { message: 'Save' });
          await device.convosync.save(plan);
          newest.set(device, plan.handoff);
        } else if (rest.what === 'merge') {
          merge(device, rest.of);
        } else {
          commit(device);
        }
      }
      people.forEach((_, index) => merge(plain, index));
      for (const [device, handoff] of newest) {
        const { here, sessions } = await device.convosync.list(device.folder, { refresh: false });
        assert.equal(plain.read(handoffPath(here, sessions.map((session) => session.device))), handoff);
      }
      assert.equal(plain.git('ls-files', '.convosync').split('\n').filter(Boolean).length, newest.size);
    }), { numRuns: 24 });
  });
});

describe('the plugin’s single file', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  const talks = [randomUUID(), randomUUID()];
  const phone = '---\n## Handoff from phone\n**Timestamp:** 2030-01-01T00:00:00Z\n\n### Next Steps\n\nBuy basil\n\n';

  beforeEach(async () => {
    world = new World();
    const remote = world.remote();
    [desktop, laptop] = ['desktop', 'laptop'].map((name) => world.device(name, { user: name, handoffFile: 'plugin' }).clone(remote)) as [Device, Device];
    for (const [index, device] of [desktop, laptop].entries()) {
      device.git('switch', '--quiet', '--create', device.name);
      device.say(talks[index] ?? '', `Please bake at the ${device.name}.`);
      await device.save('Bake', { conversations: [talks[index] ?? ''] });
      world.passMinutes(1);
    }
  });
  afterEach(() => world[Symbol.dispose]());

  const headed = (text: string): (string | undefined)[] => readPluginHandoffs(text).map(({ device }) => device?.name);

  /** Brings the desktop's branch into the laptop's and settles the file as the person does. */
  function merge(settle: (conflicted: string) => string): void {
    laptop.git('fetch', '--quiet');
    assert.throws(() => laptop.git('merge', '--quiet', '--no-edit', 'origin/desktop'));
    laptop.write(pluginHandoffFile, settle(laptop.read(pluginHandoffFile)));
    laptop.git('add', '--all');
    laptop.git('commit', '--quiet', '-m', 'Merge the desktop');
  }

  const badMerges: Record<string, (conflicted: string) => string> = {
    'one side was dropped': (text) => text.replace(/^=======\n[^]*?^>{7}.*\n/m, '').replace(/^<{7}.*\n/m, ''),
    'the marks were left in': (text) => text,
    'half of a block was lost': (text) => text.replace(/^[<=>]{7}.*\n/gm, '').replace(/^.*Please bake at the desktop.*\n/gm, ''),
    'the file was emptied': () => '',
  };
  for (const [how, settle] of Object.entries(badMerges)) {
    it(`gets back what the vault holds with the next save, which says so, where in a merge ${how}`, async () => {
      merge((text) => settle(text) + phone);
      laptop.say(talks[1] ?? '', 'And then a Funghi.');
      const plan = await laptop.convosync.planSave(laptop.folder, { message: 'Go on', conversations: [talks[1] ?? ''] });
      const isWhole = how === 'the marks were left in';
      assert.deepEqual(plan.steps[0], { kind: 'write-handoff', path: pluginHandoffFile, ...(isWhole ? {} : { restores: ['desktop'] }) });
      await laptop.convosync.save(plan);
      const repaired = laptop.read(pluginHandoffFile);
      assert.deepEqual(headed(repaired).sort(), ['desktop', 'laptop', 'phone']);
      assert.match(repaired, /## Handoff from desktop[^]*Please bake at the desktop\./);
      assert.match(repaired, /## Handoff from laptop[^]*And then a Funghi\./);
      assert.doesNotMatch(repaired, /^[<=>]{7}/m);
      assert.equal(laptop.git('status', '--porcelain'), '');
    });
  }

  it('is left as it is where a person took a handoff out of it without a merge, or merged it well', async () => {
    merge(() => {
      const [ours, theirs] = ['HEAD', 'origin/desktop'].map((side) => laptop.git('show', `${side}:${pluginHandoffFile}`)) as [string, string];
      return `${ours}\n\n${theirs.slice(theirs.indexOf('---\n'))}\n`;
    });
    laptop.say(talks[1] ?? '', 'And then a Funghi.');
    assert.deepEqual((await laptop.convosync.planSave(laptop.folder, { conversations: [talks[1] ?? ''] })).steps[0], { kind: 'write-handoff', path: pluginHandoffFile });
    laptop.git('reset', '--quiet', '--hard', 'origin/desktop');
    laptop.write(pluginHandoffFile, '');
    laptop.git('commit', '--quiet', '--all', '-m', 'Clear the table');
    assert.deepEqual((await laptop.convosync.planSave(laptop.folder, { conversations: [talks[1] ?? ''] })).steps[0], { kind: 'write-handoff', path: pluginHandoffFile });
  });

  it('shows the handoffs of devices that have the plugin alone, and the newest of all where it is theirs', async () => {
    laptop.write(pluginHandoffFile, laptop.read(pluginHandoffFile) + phone.replace('2030', '2020').replace('basil', 'flour') + phone);
    const { inRepository, handoffs } = await laptop.convosync.handoffs(laptop.folder, { sessions: 'latest' });
    assert.deepEqual([inRepository.map(({ device, at, file }) => [device, at, file]), handoffs.length], [[['phone', '2030-01-01T00:00:00.000Z', pluginHandoffFile]], 1]);
    assert.match(inRepository[0]?.markdown ?? '', /^# Handoff from phone\n[^]*Buy basil/);
    assert.deepEqual((await laptop.convosync.handoffs(laptop.folder, { sessions: ['Phone'], refresh: false })).inRepository.map(({ device }) => device), ['phone']);
    await assert.rejects(laptop.convosync.handoffs(laptop.folder, { sessions: ['tablet'], refresh: false }), { code: 'session-not-found' });
    assert.equal(path.isAbsolute(inRepository[0]?.file ?? '/'), false);
  });
});
