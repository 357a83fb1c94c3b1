/** What was open around the work: saved with it, opened again elsewhere, and nothing that nobody wanted along. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { SaveRequest } from '../../src/core/operations/plan.ts';
import { type Device, World } from '../support/device.ts';

const pizza: string = randomUUID();
const token = ['ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');

const context: NonNullable<SaveRequest['context']> = {
  editors: [{ path: 'README.md', group: 1, shown: true, selections: [{ anchor: { line: 0, character: 0 }, active: { line: 0, character: 3 } }] }],
  layout: { orientation: 0, groups: [{ size: 0.5 }, { size: 0.5 }] },
  terminals: [{ name: 'zsh', folder: '', commands: [{ command: 'npm test', exitCode: 1 }] }],
  breakpoints: [{ path: 'README.md', line: 3, enabled: true }],
  environment: { NODE_ENV: 'test' },
};

describe('the context of a session', function () {
  this.timeout(60_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  beforeEach(() => {
    world = new World();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'grace' }).clone(remote);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
  });
  afterEach(() => world[Symbol.dispose]());

  it('arrives on the other device as it was, with the folder that the save was made in', async () => {
    const folder = path.join(desktop.folder, 'src', 'api');
    mkdirSync(folder, { recursive: true });
    const plan = await desktop.convosync.planSave(folder, { message: 'Menu', context });
    assert.deepEqual(plan.steps.filter(({ kind }) => kind === 'context'), [{ kind: 'context', context: { ...context, folder: 'src/api' } }]);
    const saved = await desktop.convosync.save(plan, { newVault: 'readable' });
    assert.deepEqual(saved.steps, plan.steps);

    const resuming = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(resuming.context, { ...context, folder: 'src/api' });
    const { context: arrived } = await laptop.convosync.resume(resuming);
    assert.deepEqual(arrived, { ...context, folder: 'src/api' });
    const { manifest } = await laptop.convosync.describe(laptop.folder, saved.session);
    assert.deepEqual(manifest.context, arrived);
  });

  it('is no part of a session where nothing was open', async () => {
    const saved = await desktop.save('Menu', { context: { editors: [], terminals: [] } });
    assert.ok(!saved.steps.some(({ kind }) => kind === 'context'));
    assert.equal((await desktop.convosync.describe(desktop.folder, saved.session)).manifest.context, undefined);
  });

  it('keeps what looks like a secret and was typed into a terminal out of what is stored, once that is decided', async () => {
    const typed: typeof context = { ...context, terminals: [{ name: 'zsh', folder: '', commands: [{ command: `git push https://ada:${token}@host/x`, exitCode: 0 }] }] };
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Menu', context: typed });
    assert.deepEqual(plan.blockers.map(({ code, details }) => [code, details['places']]), [['secrets-found', ['terminal zsh']]]);
    assert.ok(!JSON.stringify(plan).includes(token));

    const saved = await desktop.save('Menu', { context: typed, choices: { 'secrets-found': 'redact' } });
    const { manifest } = await desktop.convosync.describe(desktop.folder, saved.session);
    const [command] = manifest.context?.terminals[0]?.commands ?? [];
    assert.ok(command?.command.startsWith('git push') === true && !command.command.includes(token), command?.command);
    assert.deepEqual((await desktop.convosync.planSave(desktop.folder, { message: 'Again', context: typed })).blockers, []);
  });
});
