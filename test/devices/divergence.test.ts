/** One conversation continued in two places: the longer history stays, both continuations are kept, and nothing is lost. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import type { InstallStep, ResumePlan } from '../../src/core/operations/plan.ts';
import type { ResumeReport } from '../../src/core/operations/report.ts';
import { Checkpoint, snapshot } from '../support/crashing.ts';
import { type Device, World } from '../support/device.ts';

const talk: string = randomUUID();

function installOf({ steps }: Pick<ResumePlan, 'steps'>): InstallStep {
  const install = steps.find((step) => step.kind === 'install');
  assert.ok(install);
  return install;
}

function transcriptsOf(device: Device): string[] {
  return readdirSync(path.join(device.home, '.claude', 'projects'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl')).sort();
}

/** A live process, this one, has the conversation open until `stop`. */
function openConversation(device: Device, id: string): { stop: () => void } {
  const file = path.join(device.home, '.claude', 'sessions', `${process.pid}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, sessionId: id, cwd: device.folder, status: 'idle' }));
  return { stop: () => rmSync(file) };
}

describe('a conversation that went on', function () {
  this.timeout(60_000);
  let world: World;
  let remote: string;
  let desktop: Device;
  let laptop: Device;
  let checkpoint: Checkpoint;

  before(async () => {
    world = new World();
    remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'Code/shop');
    desktop.say(talk, 'My favorite pizza is Margherita.');
    await desktop.save('Begin');
    world.passMinutes(5);
    await laptop.resume();
    checkpoint = new Checkpoint(world);
  });
  afterEach(() => checkpoint.restore());
  after(() => {
    checkpoint[Symbol.dispose]();
    world[Symbol.dispose]();
  });

  /** Claude Code lets one go back to the beginning and say something else: what was said since is no part of it any more. */
  function goBack(device: Device, text: string): void {
    device.say(talk, text);
    const lines = device.readTranscript(talk).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const changed = lines.map((line, index) => (index === lines.length - 2 ? { ...line, parentUuid: null } : line));
    writeFileSync(device.transcriptPath(talk), changed.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  async function saveMore(text: string): Promise<void> {
    world.passMinutes(5);
    desktop.say(talk, text);
    await desktop.save(text);
    world.passMinutes(5);
  }

  it('here stays as it is, and the verdict says how much longer it is', async () => {
    laptop.say(talk, 'And to drink?', 'Water.');
    const before = laptop.readTranscript(talk);
    const { steps, verdict, commands } = await laptop.resume();
    assert.equal(installOf({ steps }).outcome, 'local-longer');
    assert.deepEqual(verdict, { inSync: false, differences: [{ kind: 'conversation-longer', agent: 'claude-code', conversation: talk, messages: 2 }] });
    assert.equal(laptop.readTranscript(talk), before);
    assert.equal(commands[0]?.conversation, talk);
  });

  it('elsewhere replaces its beginning', async () => {
    await saveMore('And to drink?');
    const { steps, verdict } = await laptop.resume();
    assert.equal(installOf({ steps }).outcome, 'longer');
    assert.equal(verdict.inSync, true);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
    assert.equal(installOf(await laptop.convosync.planResume(laptop.folder, {})).outcome, 'same');
  });

  it('on both is joined: what is here stays first, the other one follows, and every device comes to the same', async () => {
    const said = (device: Device): string[] => device.readTranscript(talk).split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { uuid: string }).uuid);
    laptop.say(talk, 'A beer.');
    const own = laptop.readTranscript(talk);
    await saveMore('Water.');
    const first = await laptop.resume();
    assert.deepEqual([installOf(first).outcome, installOf(first).as], ['joined', talk]);
    assert.ok(laptop.readTranscript(talk).startsWith(own));
    assert.deepEqual([...said(laptop)].sort(), [...new Set([...said(desktop), ...said(laptop)])].sort());
    const chain = laptop.readTranscript(talk).split('\n').filter(Boolean).map((line) => JSON.parse(line) as { uuid: string; parentUuid: string | null });
    assert.ok(chain.every(({ parentUuid }, index) => parentUuid === (chain[index - 1]?.uuid ?? null)), 'one chain leads through both');
    assert.deepEqual(first.verdict.differences, [{ kind: 'conversation-longer', agent: 'claude-code', conversation: talk, messages: 2 }]);
    assert.equal(installOf(await laptop.resume()).outcome, 'local-longer');

    // Both go on once more before they hear of each other.
    world.passMinutes(5);
    await laptop.save('Joined');
    desktop.say(talk, 'Sparkling.');
    world.passMinutes(5);
    assert.equal(installOf(await desktop.resume()).outcome, 'joined');
    await desktop.save('Joined here, too');
    world.passMinutes(5);
    assert.equal(installOf(await laptop.resume()).outcome, 'longer');
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));

    await laptop.undo('resume');
    assert.deepEqual(said(laptop).length + 2, said(desktop).length);
  });

  it('on both keeps both where they are not proven to go together: the other one is put beside under an id of its own, once, and follows what is saved there', async () => {
    goBack(laptop, 'A beer.');
    const own = laptop.readTranscript(talk);
    await saveMore('Water.');
    const first = await laptop.resume();
    const { as, outcome, shared, ...step } = installOf(first);
    assert.deepEqual([outcome, shared], ['fork', 2]);
    assert.notEqual(as, talk);
    assert.equal(laptop.readTranscript(talk), own);
    assert.equal(laptop.readTranscript(as), desktop.readTranscript(talk));
    assert.deepEqual(first.commands.map(({ argv }) => argv), [['claude', '--resume', as]]);
    assert.deepEqual(first.verdict.differences, [{ kind: 'conversation-forked', agent: 'claude-code', conversation: talk, as }]);

    const before = transcriptsOf(laptop);
    assert.deepEqual(installOf(await laptop.resume()), { ...step, as, outcome: 'same' });
    assert.deepEqual(transcriptsOf(laptop), before);

    await saveMore('Sparkling.');
    assert.deepEqual([installOf(await laptop.resume()).as, laptop.readTranscript(as)], [as, desktop.readTranscript(talk)]);
    assert.deepEqual([transcriptsOf(laptop), laptop.readTranscript(talk)], [before, own]);

    // Both continuations come home: the fork as a conversation of its own that says where it is from.
    laptop.say(as, 'With ice.');
    utimesSync(laptop.transcriptPath(talk), new Date(0), new Date(0));
    const { conversation } = await laptop.convosync.status(laptop.folder);
    assert.deepEqual([conversation?.id, conversation?.unsaved], [as, 2], 'under its new id, too, the rest of it is saved');
    world.passMinutes(5);
    const fork = await laptop.save('The fork', { conversations: [as] });
    world.passMinutes(5);
    await laptop.save('The own one', { conversations: [talk] });
    const { manifest } = await desktop.convosync.open(desktop.folder, fork.session);
    assert.deepEqual([manifest.conversations[0]?.forkOf?.id, manifest.conversations[0]?.forkOf?.messages], [talk, shared]);
    await desktop.resume({ session: fork.session });
    assert.equal(desktop.readTranscript(as), laptop.readTranscript(as));
    const home = installOf(await desktop.resume());
    assert.equal(home.outcome, 'fork');
    assert.equal(desktop.readTranscript(home.as), own);
  });

  it('on both keeps the sidecars of both', async () => {
    const sidecar = (device: Device, name: string, id = talk): string => path.join(path.dirname(device.transcriptPath(talk)), name.replace('<id>', id));
    const record = (text: string): string => `${JSON.stringify({ sessionId: talk, type: 'user', message: { role: 'user', content: text } })}\n`;
    const write = (device: Device, name: string, text: string): void => {
      mkdirSync(path.dirname(sidecar(device, name)), { recursive: true });
      writeFileSync(sidecar(device, name), record(text));
    };
    laptop.say(talk, 'A beer.');
    write(laptop, 'agent-1.jsonl', 'laptop');
    write(laptop, '<id>/subagents/agent-3.jsonl', 'laptop');
    write(desktop, 'agent-1.jsonl', 'desktop');
    write(desktop, 'agent-2.jsonl', 'desktop');
    write(desktop, '<id>/subagents/agent-3.jsonl', 'desktop');
    await saveMore('Water.');
    const { as } = installOf(await laptop.resume());
    const said = (name: string, id = talk): string => readFileSync(sidecar(laptop, name, id), 'utf8');
    assert.equal(said('agent-1.jsonl'), record('laptop'));
    assert.equal(said('agent-2.jsonl'), record('desktop'));
    assert.equal(said('<id>/subagents/agent-3.jsonl'), record('laptop'));
    assert.equal(said('<id>/subagents/agent-3.jsonl', as), record('desktop'));
    assert.equal(installOf(await laptop.resume()).outcome, 'same');
    world.passMinutes(5);
    assert.equal((await laptop.save('The fork', { conversations: [as] })).outcome, 'sent');
  });

  it('is never touched while its agent has it open', async () => {
    await saveMore('Water.');
    const before = laptop.readTranscript(talk);
    const open = openConversation(laptop, talk);
    const report = await laptop.resume();
    assert.deepEqual([installOf(report).outcome, laptop.readTranscript(talk)], ['fork', before]);
    assert.equal(laptop.readTranscript(installOf(report).as), desktop.readTranscript(talk));
    assert.equal(installOf(await laptop.resume()).outcome, 'same');
    open.stop();
    assert.deepEqual([installOf(await laptop.resume()).as, laptop.readTranscript(talk)], [talk, desktop.readTranscript(talk)]);
  });

  it('is not touched by an undo either while its agent has it open', async () => {
    await saveMore('Water.');
    await laptop.resume();
    const resumed = snapshot(laptop);
    const plan = await laptop.convosync.planUndo(laptop.folder, 'resume');
    const { stop } = openConversation(laptop, talk);
    await assert.rejects(laptop.convosync.undo(plan), { code: 'conversation-running' });
    await assert.rejects(laptop.undo('resume'), { code: 'conversation-running' });
    stop();
    assert.deepEqual(snapshot(laptop), resumed);
    assert.equal((await laptop.undo('resume')).restored.conversations, 1);
  });

  it('is not touched when its agent opens it, or it goes on, after the plan was shown', async () => {
    await saveMore('Water.');
    desktop.write('drinks.js', 'water\n');
    await desktop.save('Serve water');
    const before = snapshot(laptop);
    const opened = await laptop.convosync.planResume(laptop.folder, {});
    const { stop } = openConversation(laptop, talk);
    await assert.rejects(laptop.convosync.resume(opened), { code: 'conversation-running' });
    stop();
    assert.deepEqual(snapshot(laptop), before);

    const plan = await laptop.convosync.planResume(laptop.folder, {});
    laptop.say(talk, 'A beer.');
    const own = laptop.readTranscript(talk);
    await assert.rejects(laptop.convosync.resume(plan), { code: 'busy' });
    assert.equal(laptop.readTranscript(talk), own);
    assert.equal(laptop.git('status', '--porcelain'), '');
  });

  it('gets an id of its own in a second clone on the same machine', async () => {
    const first = laptop.readTranscript(talk);
    const folder = laptop.folder;
    laptop.clone(remote, 'Code/second');
    try {
      const report = await laptop.resume();
      const { as, outcome } = installOf(report);
      assert.equal(outcome, 'fork');
      assert.equal(laptop.readTranscript(as), first);
      assert.deepEqual(report.verdict.differences, [{ kind: 'conversation-forked', agent: 'claude-code', conversation: talk, as, elsewhere: true }]);
      const { elsewhere, ...installed } = installOf(report);
      assert.deepEqual([elsewhere, installOf(await laptop.resume())], [true, { ...installed, outcome: 'same' }]);
      laptop.say(as, 'From the second clone.');
      world.passMinutes(5);
      assert.equal((await laptop.save('Second')).outcome, 'sent');
      await desktop.resume();
      assert.equal(desktop.readTranscript(as), laptop.readTranscript(as));
    } finally {
      laptop.folder = folder;
    }
    assert.equal(laptop.readTranscript(talk), first);
  });
});

type Action =
  | { kind: 'say' | 'edit' | 'commit'; on: number }
  | { kind: 'save'; on: number; diverged: 'pull-merge' | 'pull-rebase' | 'save-unpushed' }
  | { kind: 'resume'; on: number; diverged: 'pull-merge' | 'new-branch' | 'discard-local'; changes: 'stash' | 'commit'; exact: boolean }
  | { kind: 'undo'; on: number };

const on = fc.nat({ max: 2 });
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('say', 'edit', 'commit'), on }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('save'), on, diverged: fc.constantFrom('pull-merge', 'pull-rebase', 'save-unpushed') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume'), on, diverged: fc.constantFrom('pull-merge', 'new-branch', 'discard-local'), changes: fc.constantFrom('stash', 'commit'), exact: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('undo'), on }) },
);

/** A device with a memory of what its person said and wrote there, and was told to be saved. */
class Person {
  readonly device: Device;
  /** The conversation that is gone on with. */
  conversation = talk;
  readonly said: string[] = [];
  /** Contents of files, all different. */
  readonly written: string[] = [];
  readonly saved: { session: string; messages: string[]; tree: string }[] = [];
  /** What is here no more since an undo, and in which sessions it has to be. */
  readonly kept: { sessions: string[]; said: string[]; written: string[] }[] = [];

  constructor(device: Device) {
    this.device = device;
  }

  async act(action: Action, number: number): Promise<void> {
    const { device } = this;
    const name = `${device.name}-${number}`;
    switch (action.kind) {
      case 'say':
        device.say(this.conversation, `message ${name}`);
        this.said.push(`message ${name}`);
        break;
      case 'edit':
      case 'commit':
        device.write(`${name}.txt`, `content ${name}\n`);
        this.written.push(`content ${name}\n`);
        if (action.kind === 'commit') {
          device.git('add', '--all');
          device.git('commit', '--quiet', '-m', name);
        }
        break;
      case 'save': {
        const choices = { diverged: action.diverged, 'detached-head': 'save-unpushed' } as const;
        // An undo may have taken the conversation away with the resume that brought it.
        const has = existsSync(device.transcriptPath(this.conversation));
        const { session } = await device.save(name, { choices, ...(has ? { conversations: [this.conversation] } : { conversations: 'none' }) });
        this.saved.push({ session, messages: has ? messagesIn(device.readTranscript(this.conversation)) : [], tree: device.git('rev-parse', 'HEAD^{tree}') });
        break;
      }
      case 'resume': {
        const choices = { diverged: action.diverged, 'uncommitted-changes': action.changes } as const;
        const report: ResumeReport = await device.resume({ choices, ...(action.exact ? { exact: true } : { switchBranch: true }) });
        this.conversation = report.commands[0]?.conversation ?? this.conversation;
        break;
      }
      case 'undo':
        await this.undo();
    }
  }

  async undo(): Promise<void> {
    const { convosync, folder } = this.device;
    try {
      const { kept: { sessions } } = await convosync.undo(await convosync.planUndo(folder, 'resume'));
      const gone = this.missing();
      this.kept.push({ sessions, ...gone });
      this.said.splice(0, Infinity, ...this.said.filter((message) => !gone.said.includes(message)));
      this.written.splice(0, Infinity, ...this.written.filter((content) => !gone.written.includes(content)));
    } catch (error) {
      assert.equal((error as { code: string }).code, 'nothing-to-undo');
    }
  }

  /** Whatever was said or written here is here, in some conversation, file, branch or stash, but for what an undo kept in a session. */
  assertNothingLost(): void {
    assert.deepEqual(this.missing(), { said: [], written: [] });
  }

  missing(): { said: string[]; written: string[] } {
    const here = transcriptsOf(this.device).map((file) => readFileSync(path.join(this.device.home, '.claude', 'projects', file), 'utf8')).join('');
    const { git, folder } = { git: (...args: string[]) => this.device.git(...args), folder: this.device.folder };
    const stashes = git('stash', 'list', '--format=%H').split('\n').filter(Boolean);
    const committed = git('rev-list', '--objects', '--all', 'HEAD', ...stashes, '--reflog');
    const files = readdirSync(folder).filter((file) => file.endsWith('.txt')).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    const isKept = (content: string): boolean => files.includes(content) || committed.includes(fileOf(content));
    return { said: this.said.filter((message) => !here.includes(message)), written: this.written.filter((content) => !isKept(content)) };
  }
}

function fileOf(content: string): string {
  return `${content.trim().replace('content ', '')}.txt`;
}

function messagesIn(transcript: string): string[] {
  return [...transcript.matchAll(/message [a-z]+-\d+/g)].map(([message]) => message);
}

describe('three devices', function () {
  this.timeout(600_000);
  const runs = Number(process.env['CONVOSYNC_RUNS'] ?? 2);

  it('lose nothing that was saved and nothing that is here, whoever does what in which order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyAction, { minLength: 8, maxLength: 14 }), async (actions) => {
      using world = new World();
      const remote = world.remote();
      const people = ['desktop', 'laptop', 'phone'].map((name) => new Person(world.device(name).clone(remote)));
      const [first] = people;
      await first?.act({ kind: 'say', on: 0 }, 0);
      await first?.act({ kind: 'save', on: 0, diverged: 'pull-merge' }, 0);
      for (const person of people.slice(1)) {
        await person.act({ kind: 'resume', on: 0, diverged: 'pull-merge', changes: 'stash', exact: false }, 0);
      }
      for (const [index, action] of actions.entries()) {
        world.passMinutes(1);
        const person = people[action.on];
        await person?.act(action, index + 1);
        person?.assertNothingLost();
      }
      const judge = world.device('judge').clone(remote);
      for (const { session, messages, tree } of people.flatMap(({ saved }) => saved)) {
        const { manifest, conversations } = await judge.convosync.open(judge.folder, session);
        assert.deepEqual(messagesIn(JSON.stringify(conversations)), messages);
        const { findings } = await judge.convosync.planResume(judge.folder, { session });
        assert.deepEqual(findings.filter(({ code }) => code === 'commit-missing'), []);
        assert.equal(judge.git('rev-parse', `${manifest.code.commit}^{tree}`), tree);
      }
      for (const { sessions, said, written } of people.flatMap(({ kept }) => kept)) {
        const found: string[] = [];
        for (const session of sessions) {
          const { commands } = await judge.resume({ session, exact: true, force: true });
          found.push(...written.filter((content) => existsSync(path.join(judge.folder, fileOf(content))) && judge.read(fileOf(content)) === content));
          found.push(...commands.flatMap(({ conversation }) => messagesIn(judge.readTranscript(conversation))));
        }
        assert.deepEqual([...said, ...written].filter((one) => !found.includes(one)), []);
      }
    }), { numRuns: runs, seed: Number(process.env['CONVOSYNC_SEED'] ?? 42), endOnFailure: true });
  });
});
