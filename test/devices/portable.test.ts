/** A session in one file, from one device to another that has neither its vault nor its remote. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { ResumePlan } from '../../src/core/operations/plan.ts';
import type { ResumeReport } from '../../src/core/operations/report.ts';
import { CodexHome } from '../support/codexHome.ts';
import { type Device, World } from '../support/device.ts';

const conversation = '11111111-2222-4333-8444-555555555555';

describe('a portable session', function () {
  this.timeout(60_000);
  let world: World;
  let ada: Device;
  let file: string;

  beforeEach(() => {
    world = new World();
    const remote = world.remote();
    ada = world.device('desktop', { user: 'ada' }).clone(remote);
    file = path.join(world.folder, 'session.convosync.zip');
  });
  afterEach(() => world[Symbol.dispose]());

  /** Somebody else's device, with a clone from before the work and no way to the remote. */
  function stranger(name = 'laptop'): Device {
    const device = world.device(name, { user: 'grace', email: 'grace@example.org' }).clone(path.join(world.folder, 'server', 'project.git'));
    device.git('remote', 'remove', 'origin');
    return device;
  }

  async function exportFrom(device: Device, session: string, { force = false, history = false } = {}): Promise<void> {
    await device.convosync.exportPortable(device.folder, session, { file, force, history, page: ({ session: { summary } }) => `<h1>${summary.message}</h1>` });
  }

  async function importOn(device: Device, request: Parameters<Device['convosync']['planImport']>[2] = {}): Promise<{ plan: ResumePlan; report: ResumeReport }> {
    const plan = await device.convosync.planImport(device.folder, file, request);
    return { plan, report: await device.convosync.resume(plan) };
  }

  async function saved(): Promise<string> {
    ada.say(conversation, 'Add Margherita', 'Added.');
    ada.write('orders.js', 'export const orders = ["Margherita"];\n');
    return (await ada.save('Add Margherita', { branch: 'feature/menu' })).session;
  }

  it('brings commits, branch and conversation to another person’s device without vault and remote, and is undone there', async () => {
    const laptop = stranger();
    const before = laptop.snapshot();
    await exportFrom(ada, await saved());
    const { plan, report } = await importOn(laptop, { switchBranch: true });
    assert.deepEqual(plan.steps.map(({ kind }) => kind), ['protect', 'switch', 'install']);
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.git('rev-parse', 'HEAD'), ada.git('rev-parse', 'HEAD'));
    assert.equal(laptop.git('branch', '--show-current'), 'feature/menu');
    assert.equal(laptop.readTranscript(conversation), ada.readTranscript(conversation));
    assert.equal((await laptop.convosync.list(laptop.folder)).sessions.length, 0);
    await laptop.undo('resume');
    assert.equal(laptop.git('branch', '--show-current'), 'main');
    assert.deepEqual(laptop.snapshot(), before);
    assert.equal(existsSync(laptop.transcriptPath(conversation)), false);
  });

  it('brings what was not committed, as it was', async () => {
    const laptop = stranger();
    ada.say(conversation, 'Try Funghi');
    ada.write('funghi.js', 'export {};\n');
    await exportFrom(ada, (await ada.save('Try Funghi', { snapshot: true })).session);
    const { report } = await importOn(laptop);
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.read('funghi.js'), 'export {};\n');
    assert.equal(laptop.git('status', '--porcelain'), '?? funghi.js');
  });

  it('puts the conversation beside one of the same id that says something else, and finds it there the next time', async () => {
    const laptop = stranger();
    laptop.say(conversation, 'Mine');
    const mine = laptop.readTranscript(conversation);
    await exportFrom(ada, await saved());
    const { report } = await importOn(laptop, { switchBranch: true });
    const [step] = report.steps.filter(({ kind }) => kind === 'install');
    assert.ok(step?.kind === 'install' && step.outcome === 'fork');
    assert.equal(laptop.readTranscript(conversation), mine);
    assert.equal(laptop.readTranscript(step.as), ada.readTranscript(conversation));
    const again = (await importOn(laptop)).report.steps.find(({ kind }) => kind === 'install');
    assert.ok(again?.kind === 'install' && again.outcome === 'same' && again.as === step.as);
  });

  it('goes on in a vault of its own once something is saved there', async () => {
    const laptop = stranger();
    await exportFrom(ada, await saved());
    await importOn(laptop, { switchBranch: true });
    laptop.say(conversation, 'And Funghi?', 'Too.');
    const report = await laptop.save('Go on');
    assert.equal(report.messages, 4);
    assert.equal((await laptop.convosync.list(laptop.folder)).sessions.length, 1);
  });

  it('holds what can be read without ConvoSync, nothing that leads to the vault, and of variables no value', async () => {
    ada.say(conversation, 'Add Margherita');
    const { session } = await ada.save('Add Margherita', { context: { editors: [], terminals: [], environment: { API_URL: 'value-of-variable' } } });
    await exportFrom(ada, session);
    const entries = unzipSync(readFileSync(file));
    assert.deepEqual(Object.keys(entries).slice(0, 2), ['manifest.json', 'session.html']);
    assert.equal(Buffer.from(entries['session.html']!).toString(), '<h1>Add Margherita</h1>');
    const text = Object.values(entries).map((bytes) => Buffer.from(bytes).toString('latin1')).join('\n');
    assert.ok(!text.includes('value-of-variable'));
    const { session: manifest } = JSON.parse(Buffer.from(entries['manifest.json']!).toString()) as { session: { conversations: { files: { chunks: unknown[] }[] }[] } };
    assert.deepEqual(manifest.conversations.flatMap(({ files }) => files.flatMap(({ chunks }) => chunks)), []);
  });

  it('keeps out what was kept out of the session', async () => {
    const laptop = stranger();
    const token = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
    ada.say(conversation, `The token is ${token}`);
    const plan = await ada.convosync.planSave(ada.folder, { message: 'Secret', choices: { 'secrets-found': 'redact' } });
    await exportFrom(ada, (await ada.convosync.save(plan)).session);
    assert.ok(!Object.values(unzipSync(readFileSync(file))).some((bytes) => Buffer.from(bytes).includes(token)));
    const { report } = await importOn(laptop);
    assert.ok(!laptop.readTranscript(conversation).includes(token));
    assert.ok(report.notes.some(({ kind }) => kind === 'redacted'));
  });

  it('is not written over a file that is there unless that is wanted, and leaves nothing beside it', async () => {
    const session = await saved();
    writeFileSync(file, 'mine');
    await assert.rejects(exportFrom(ada, session), { code: 'usage' });
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    await exportFrom(ada, session, { force: true });
    assert.notEqual(readFileSync(file, 'utf8'), 'mine');
    assert.deepEqual(readdirSync(world.folder).filter((name) => name.includes('.tmp')), []);
  });

  it('changes nothing where its file is damaged, or gone when the plan is run', async () => {
    const laptop = stranger();
    await exportFrom(ada, await saved());
    const [before, bytes] = [laptop.snapshot(world.folder), readFileSync(file)];
    for (const end of [0, 10, bytes.byteLength - 1]) {
      writeFileSync(file, bytes.subarray(0, end));
      await assert.rejects(laptop.convosync.planImport(laptop.folder, file, {}), { code: 'portable-unreadable' });
    }
    writeFileSync(file, bytes);
    assert.deepEqual(laptop.snapshot(laptop.folder), Object.fromEntries(Object.entries(before).filter(([name]) => name.startsWith(path.relative(world.folder, laptop.folder))).map(([name, content]) => [path.relative(path.relative(world.folder, laptop.folder), name), content])));
    const plan = await laptop.convosync.planImport(laptop.folder, file, { switchBranch: true });
    rmSync(file);
    await assert.rejects(laptop.convosync.resume(plan));
    assert.equal(laptop.git('branch', '--show-current'), 'main');
    assert.equal(existsSync(laptop.transcriptPath(conversation)), false);
  });

  it('says that the commits are missing where the remote has them and cannot be asked, and brings them with the history', async () => {
    const laptop = stranger();
    ada.write('orders.js', 'export const orders = ["Funghi"];\n');
    ada.say(conversation, 'Add Funghi');
    const { session } = await ada.save('Add Funghi');
    await exportFrom(ada, session);
    const { blockers } = await laptop.convosync.planImport(laptop.folder, file, {});
    assert.deepEqual(blockers.map(({ code, details }) => [code, details['source']]), [['commit-missing', 'file']]);
    await exportFrom(ada, session, { force: true, history: true });
    const { report } = await importOn(laptop);
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.git('rev-parse', 'main'), ada.git('rev-parse', 'main'));
  });

  it('with its history fills a new repository', async () => {
    const tablet = world.device('tablet', { user: 'grace', email: 'grace@example.org' });
    tablet.folder = path.join(world.folder, 'tablet', 'empty');
    mkdirSync(tablet.folder);
    tablet.git('init', '--quiet');
    await exportFrom(ada, await saved(), { history: true });
    const { report } = await importOn(tablet);
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.equal(tablet.git('rev-parse', 'HEAD'), ada.git('rev-parse', 'HEAD'));
    assert.equal(tablet.git('fsck', '--no-dangling'), '');
    assert.equal(tablet.readTranscript(conversation), ada.readTranscript(conversation));
  });

  it('is known again where its agent needs something otherwise in it, also from a vault of one’s own', async () => {
    const laptop = stranger();
    const [there, here] = [await CodexHome.at(ada.home, ada.folder), await CodexHome.at(laptop.home, laptop.folder)];
    await here.write('config.toml', 'model_provider = "of-mine"\n');
    await there.converse(randomUUID(), ['question', 'answer']);
    await exportFrom(ada, (await ada.save('Ask', { snapshot: true })).session);
    const outcomes = async (): Promise<string[]> => (await importOn(laptop)).report.steps.flatMap((step) => (step.kind === 'install' ? [step.outcome] : []));
    assert.deepEqual(await outcomes(), ['new']);
    assert.deepEqual(await outcomes(), ['same']);
    await laptop.save('Mine now');
    assert.deepEqual(await outcomes(), ['same']);
  });

  it('is known again on a device that has the vault', async () => {
    const tablet = world.device('tablet', { user: 'ada' }).clone(path.join(world.folder, 'server', 'project.git'));
    const [there] = [await CodexHome.at(ada.home, ada.folder), await CodexHome.at(tablet.home, tablet.folder)];
    await there.converse(randomUUID(), ['question', 'answer']);
    await exportFrom(ada, (await ada.save('Ask', { snapshot: true })).session);
    await tablet.resume();
    const { report } = await importOn(tablet);
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.deepEqual(report.steps.flatMap((step) => (step.kind === 'install' ? [step.outcome] : [])), ['same']);
  });

  it('brings the other repositories of the session along', async () => {
    const laptop = stranger();
    const other = world.remote('api.git');
    const api = ada.at(ada.clone(other, 'work/api').folder);
    ada.folder = path.join(world.folder, 'desktop', 'work', 'desktop projects', 'pizza.shop');
    const laptopApi = laptop.at(world.device('laptop', { user: 'grace' }).clone(other, 'Code/api').folder);
    api.write('routes.js', 'export {};\n');
    ada.say(conversation, 'Serve it');
    await exportFrom(ada, (await ada.save('Serve it', { with: [api.folder] })).session, { history: true });
    const { report } = await importOn(laptop, { with: [laptopApi.folder] });
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.equal(laptopApi.read('routes.js'), 'export {};\n');
    await laptop.undo('resume');
    assert.equal(existsSync(path.join(laptopApi.folder, 'routes.js')), false);
  });

  it('takes from a stranger no branch that git would read as an option, and nothing that a debugger or a shell would run', async () => {
    const laptop = stranger();
    await exportFrom(ada, await saved());
    const original = unzipSync(readFileSync(file));
    const rewrite = (change: (manifest: { summary: { branch?: string }; session: { code: { branch?: string }; context?: object } }) => void): void => {
      const manifest = JSON.parse(Buffer.from(original['manifest.json']!).toString()) as Parameters<typeof change>[0];
      change(manifest);
      writeFileSync(file, zipSync({ ...original, 'manifest.json': Buffer.from(JSON.stringify(manifest)) }));
    };
    rewrite(({ summary, session }) => {
      summary.branch = session.code.branch = '--upload-pack=evil';
    });
    await assert.rejects(laptop.convosync.planImport(laptop.folder, file, {}), { code: 'portable-unreadable' });
    rewrite(({ session }) => {
      session.context = { folder: '', editors: [{ path: '../../../etc/passwd', group: 1 }, { path: 'orders.js', group: 1 }], terminals: [], breakpoints: [{ path: 'orders.js', line: 0, enabled: true, condition: 'evil()' }], environment: { PATH: '/evil' } };
    });
    const { context } = await laptop.convosync.planImport(laptop.folder, file, { switchBranch: true });
    assert.deepEqual(context, { folder: '', editors: [{ path: 'orders.js', group: 1 }], terminals: [] });
  });

  it('is told apart from a repository that it does not belong to', async () => {
    const other = world.device('other').create();
    await exportFrom(ada, await saved());
    const plan = await other.convosync.planImport(other.folder, file, {});
    assert.deepEqual(plan.blockers.map(({ code }) => code), ['other-repository']);
  });
});
