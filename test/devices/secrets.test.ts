/** Things that look like secrets: found before anything leaves the device, and never named by what they are. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Device, World } from '../support/device.ts';

/** Put together here, so that no scanner of this repository takes one for real. */
const made = (...parts: string[]): string => parts.join('');

const pizza: string = randomUUID();
const token = made('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8');

describe('secrets in a conversation', function () {
  this.timeout(60_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  beforeEach(() => {
    world = new World();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'grace' }).clone(remote);
    desktop.say(pizza, `Push it with ${token}, please.`);
  });
  afterEach(() => world[Symbol.dispose]());

  const questions = ({ blockers }: Awaited<ReturnType<Device['convosync']['planSave']>>): unknown[] => blockers.map(({ code, remedies, details }) => ({ code, remedies, details }));

  it('stop a save until it is said what becomes of them, and are named by kind and place alone', async () => {
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Menu' });
    assert.deepEqual(questions(plan), [{ code: 'secrets-found', remedies: ['redact', 'keep-secrets'], details: { count: 1, kinds: ['github'], places: [`${desktop.transcriptPath(pizza)}:1`] } }]);
    assert.ok(!JSON.stringify(plan).includes(token));
    await assert.rejects(desktop.convosync.save(plan));
  });

  it('are left out of everything that is stored where they are redacted, stay in the agent’s own file, and are not asked about again', async () => {
    const before = desktop.readTranscript(pizza);
    const saved = await desktop.save('Menu', { choices: { 'secrets-found': 'redact' } });
    assert.equal(desktop.readTranscript(pizza), before);
    assert.deepEqual(saved.notes.filter(({ kind }) => kind === 'redacted'), [{ kind: 'redacted', agent: 'claude-code', conversation: pizza, count: 1 }]);

    const resumed = await laptop.resume();
    assert.deepEqual(resumed.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.readTranscript(pizza), before.replace(token, '[redacted: github]'));
    assert.ok(!JSON.stringify(await laptop.convosync.open(laptop.folder, saved.session)).includes(token));

    desktop.say(pizza, `As I said: ${token}.`);
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Again' });
    assert.deepEqual(questions(plan), []);
    await desktop.convosync.save(plan);
    assert.ok(everyFileBelow(world.folder, 'home').every((file) => file.includes(pizza) || !readFileSync(file).includes(token)));
    laptop.say(pizza, 'And what did I say?');
    await laptop.save('On');
    assert.equal((await desktop.resume()).verdict.inSync, false, 'both went on');
  });

  it('stay in the agent’s own file also when what was added elsewhere comes home', async () => {
    await desktop.save('Menu', { choices: { 'secrets-found': 'redact' } });
    await laptop.resume();
    laptop.say(pizza, 'And what to drink?');
    await laptop.save('Drinks');
    const before = desktop.readTranscript(pizza);
    const more = laptop.readTranscript(pizza).slice(before.replace(token, '[redacted: github]').length);
    assert.deepEqual((await desktop.resume()).verdict, { inSync: true, differences: [] });
    assert.equal(desktop.readTranscript(pizza), before + more);
    assert.ok(desktop.readTranscript(pizza).includes(token));

    await desktop.undo('resume');
    assert.equal(desktop.readTranscript(pizza), before);
    desktop.say(pizza, `Now with ${made('npm_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8')}, and nothing to drink.`);
    assert.deepEqual((await desktop.convosync.planSave(desktop.folder, { message: 'Again' })).blockers.map(({ details }) => details['kinds']), [['npm']]);
  });

  it('are decided about anew where an answer is given again', async () => {
    await desktop.save('Menu', { choices: { 'secrets-found': 'redact' } });
    desktop.say(pizza, `As I said: ${token}.`);
    const again = await desktop.save('Again', { choices: { 'secrets-found': 'keep-secrets' } });
    assert.equal(again.notes.find((note) => note.kind === 'redacted')?.count, 1, 'what was left out before stays so');
    await laptop.resume();
    assert.ok(laptop.readTranscript(pizza).endsWith(desktop.readTranscript(pizza).slice(-300)));
  });

  it('are stored as they stand where that is wanted, from then on', async () => {
    await desktop.save('Menu', { choices: { 'secrets-found': 'keep-secrets' } });
    await laptop.resume();
    assert.equal(laptop.readTranscript(pizza), desktop.readTranscript(pizza));
    desktop.say(pizza, `Once more ${token}.`);
    assert.deepEqual(questions(await desktop.convosync.planSave(desktop.folder, { message: 'Again' })), []);
  });

  it('that came after the plan was made are left out', async () => {
    const other = made('npm_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Menu', choices: { 'secrets-found': 'keep-secrets' } });
    desktop.say(pizza, `And this: ${other}.`);
    await desktop.convosync.save(plan);
    await laptop.resume();
    assert.equal(laptop.readTranscript(pizza), desktop.readTranscript(pizza).replace(other, '[redacted: npm]'));
  });

  it('are also what files hold that stay here', async () => {
    desktop.write('.gitignore', '.env\n');
    desktop.write('.env', 'SHOP_PASSWORD=margherita-and-basil\n');
    world.passMinutes(1);
    desktop.say(randomUUID(), 'It says SHOP_PASSWORD=margherita-and-basil there.');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Menu' });
    const [question] = plan.blockers;
    assert.deepEqual(question?.details['kinds'], ['file:.env']);
    assert.ok(!plan.handoff.includes('margherita-and-basil'));
  });
});

function everyFileBelow(folder: string, ...names: string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).filter((file) => names.some((name) => file.includes(`${path.sep}${name}${path.sep}`)));
}
