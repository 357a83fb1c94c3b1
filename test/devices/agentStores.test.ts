/** What is special to the stores of single agents, from device to device: a setting that a transcript names, and a database. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';

import { withDatabase } from '../../src/core/agents/openCode/database.ts';
import { findSession, transcriptOf } from '../../src/core/agents/openCode/rows.ts';
import { newSessionId } from '../../src/core/agents/openCode/store.ts';
import { line } from '../support/claudeHome.ts';
import { CodexHome, talk } from '../support/codexHome.ts';
import { Checkpoint, crash } from '../support/crashing.ts';
import { type Device, World } from '../support/device.ts';
import { OpenCodeHome } from '../support/openCodeHome.ts';

describe('the store of an agent', function () {
  this.timeout(120_000);
  let world: World;
  let remote: string;
  beforeEach(() => {
    world = new World();
    remote = world.remote();
  });
  afterEach(() => world[Symbol.dispose]());

  it('of Codex: what is already here is adapted to the provider that is set here since, and an undo brings back what stood before', async () => {
    const [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
    const [there, here] = [await CodexHome.at(desktop.home, desktop.folder), await CodexHome.at(laptop.home, laptop.folder)];
    await there.converse(randomUUID(), ['question', 'answer']);
    await desktop.save('Ask');
    const outcomes = async (): Promise<string[]> => {
      world.passMinutes(1);
      const { steps, verdict } = await laptop.resume();
      assert.deepEqual(verdict, { inSync: true, differences: [] });
      return steps.flatMap((step) => (step.kind === 'install' ? [step.outcome] : []));
    };
    await here.write('config.toml', 'model_provider = "of-mine"\n');
    assert.deepEqual(await outcomes(), ['new']);
    await here.write('config.toml', 'model_provider = "another"\n');
    assert.deepEqual(await outcomes(), ['adapted']);
    await laptop.undo('resume');
    assert.deepEqual(await outcomes(), ['adapted']);
  });

  it('of Codex: goes on with a fork only where what it was made of says the same, adapted or not', async () => {
    const [desktop, laptop, tablet] = ['desktop', 'laptop', 'tablet'].map((name) => world.device(name).clone(remote)) as [Device, Device, Device];
    const [there, onLaptop, onTablet] = await Promise.all([desktop, laptop, tablet].map(({ home, folder }) => CodexHome.at(home, folder))) as [CodexHome, CodexHome, CodexHome];
    const [parent, fork] = [randomUUID(), randomUUID()];
    const said = talk(parent, ['question', 'answer'], { cwd: desktop.folder });
    await there.record(parent, said);
    const first = await desktop.save('Ask', { conversations: [parent] });
    const base = { thread_id: parent, end_ordinal_exclusive: said.length, end_byte_offset: Buffer.byteLength(said.map(line).join('')) };
    const meta = { cwd: desktop.folder, history_base: base };
    await there.record(fork, talk(fork, ['another question', 'another answer'], meta));
    world.passMinutes(1);
    const forked = await desktop.save('Fork', { conversations: [fork] });

    await onLaptop.write('config.toml', 'model_provider = "of-mine"\n');
    await laptop.resume({ session: first.session });
    const adapted = await laptop.resume();
    assert.deepEqual(adapted.verdict, { inSync: true, differences: [] });
    await onTablet.converse(parent, ['something', 'else']);
    const { steps, verdict, commands } = await tablet.resume();
    assert.deepEqual(steps.flatMap((step) => (step.kind === 'install' ? [[step.outcome, step.uprooted]] : [])), [['shown', true]]);
    assert.deepEqual([verdict.differences.map(({ kind }) => kind), commands], [['conversation-missing'], []]);
    assert.equal((await tablet.convosync.open(tablet.folder, forked.session)).conversations.length, 1, 'it can be read');
  });

  it('of OpenCode: has all of a resume or nothing, where ConvoSync is killed before the program has taken it in, and the next resume completes it', async () => {
    const tools = await OpenCodeHome.create(world.folder);
    const options = { machineEnv: { PATH: tools.environment.env['PATH'] ?? '' } };
    const [desktop, laptop] = [world.device('desktop', options).clone(remote), world.device('laptop', options).clone(remote)];
    const id = newSessionId();
    await (await OpenCodeHome.create(world.folder, { userHome: desktop.home, folder: desktop.folder })).converse(id, ['question', 'answer']);
    await desktop.save('Ask');
    const told = await recordsOn(desktop, id);
    assert.ok(told);

    using checkpoint = new Checkpoint(world);
    const operation = { kind: 'resume', request: {} } as const;
    const { steps } = (await crash(laptop, options, operation, {})) ?? assert.fail();
    assert.equal(await recordsOn(laptop, id), told);
    checkpoint.restore();
    // The last one of the conversation: its files are written, and the program has not heard of them.
    await crash(laptop, options, operation, { atStep: steps.lastIndexOf('conversation') + 1 });
    const next = world.device('laptop', options);
    next.folder = laptop.folder;
    await next.convosync.status(next.folder);
    assert.equal(await recordsOn(next, id), undefined);
    assert.deepEqual((await next.resume()).verdict, { inSync: true, differences: [] });
    assert.equal(await recordsOn(next, id), told);
  });
});

/** Undefined where the program has no such session. */
async function recordsOn({ home }: Device, id: string): Promise<string | undefined> {
  return withDatabase(path.join(home, '.local/share/opencode/opencode.db'), (database) => (findSession(database, id) ? transcriptOf(database, id) : undefined));
}
