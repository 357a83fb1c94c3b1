/** Two devices, one person, and nothing but the command line: what was begun on one is continued on the other. */
import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { World } from '../support/device.ts';
import type { Device } from '../support/device.ts';
import { convosync, convosyncJson, placeOf, start } from './commandLine.ts';

const conversation = '11111111-2222-4333-8444-555555555555';
const secretWords = 'my favorite pizza is Margherita';
 
const escapes = /\u001b/;

interface Listed {
  sessions: { id: string; message: string; queued: boolean; device: { name: string; here: boolean }; conversations: { messages: number }[] }[];
}

describe('two devices by the command line alone', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;

  const on = async (device: Device, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await convosync(placeOf(device), ...args);
    assert.equal(code, 0, `convosync ${args.join(' ')} ended with ${String(code)}:\n${stderr}\n${stdout}`);
    assert.doesNotMatch(stdout + stderr, escapes);
    return stdout;
  };
  const sessionsOn = async (device: Device, ...args: string[]): Promise<Listed['sessions']> => {
    const { code, document } = await convosyncJson(placeOf(device), 'list', ...args);
    assert.equal(code, 0);
    return (document as unknown as Listed).sessions;
  };

  beforeEach(async () => {
    world = new World();
    world.now = new Date();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote);
    desktop.say(conversation, secretWords);
    desktop.write('orders.js', 'export const orders = ["Margherita"];\n');
    await on(desktop, 'devices', 'rename', 'Desktop');
    await on(laptop, 'devices', 'rename', 'Laptop');
  });
  afterEach(() => world[Symbol.dispose]());

  it('carries code and conversation there and back', async () => {
    const saved = await on(desktop, 'save', 'Take the first order');
    const id = /Resume with: convosync resume ([0-9a-f]{8})$/m.exec(saved)?.[1] ?? '';
    assert.match(saved, /Committed 1 file as “Take the first order \[ConvoSync\]”/);
    assert.match(saved, /Not sealed: whoever can read the place/);

    assert.match(await on(laptop, 'list'), new RegExp(`^${id} {2}● .*Desktop +main .* 2 {2}Take the first order$`, 'm'));
    const resumed = await on(laptop, 'resume', id.slice(0, 4));
    assert.match(resumed, /✓ Code and conversation are in sync\./);
    assert.match(resumed, new RegExp(`^ {2}claude --resume ${conversation}$`, 'm'));
    assert.equal(laptop.readTranscript(conversation), desktop.readTranscript(conversation));
    assert.equal(readFileSync(`${laptop.folder}/orders.js`, 'utf8'), 'export const orders = ["Margherita"];\n');

    assert.match(await on(laptop, 'export', id), new RegExp(`^# Take the first order\\n[^]*\\n### You · [^]*${secretWords}`));
    assert.match(await on(laptop, 'export', id, 'order.json'), /^Wrote session [0-9a-f]{8} to order\.json \(/);
    assert.equal((JSON.parse(laptop.read('order.json')) as { session: { message: string } }).session.message, 'Take the first order');
    assert.match((await convosync(placeOf(laptop), 'export', id, 'order.json')).stderr, /order\.json already: --force writes over it/);
    await on(laptop, 'export', id, 'order.html');
    assert.match(laptop.read('order.html'), new RegExp(`^<!DOCTYPE html>[^]*<h1 dir="auto">Take the first order</h1>[^]*${secretWords}`));
    rmSync(path.join(laptop.folder, 'order.json'));
    rmSync(path.join(laptop.folder, 'order.html'));

    laptop.say(conversation, 'What is my favorite pizza?', 'Margherita.');
    await on(laptop, 'save', '-m', 'Ask', '-b', 'feature/menu');
    const back = await convosync(placeOf(desktop), 'resume');
    assert.equal(back.code, 3);
    assert.match(back.stderr, /✗ The session is on feature\/menu; you are on main\.[^]*--switch-branch {3}Switch Branch/);
    await on(desktop, 'resume', '--switch-branch');
    assert.equal(desktop.readTranscript(conversation), laptop.readTranscript(conversation));
    assert.equal(desktop.git('branch', '--show-current'), 'feature/menu');

    desktop.say(conversation, 'And to drink?', 'Water.');
    const before = desktop.readTranscript(conversation);
    assert.match(await on(desktop, 'resume', '--undo', '--dry-run'), /^The last resume here, .*\n\n! The conversation has gone on since\.\n\nThis undo will\n {2}· first save what is newer as session [0-9a-f]{8}, .*: save the conversation .*\(6 messages\).*\n {2}· bring the code back: main at .*\n {2}· remove branch feature\/menu, which was made by it\n {2}· bring the conversation .* back as it was before$/m);
    const blocked = await convosync(placeOf(desktop), 'resume', '--undo');
    assert.deepEqual([blocked.code, desktop.readTranscript(conversation)], [3, before]);
    assert.match(blocked.stderr, /✗ The conversation has gone on since\.[^]*--dry-run[^]*--force/);
    assert.match(await on(desktop, 'resume', '--undo', '--force'), /What was newer is kept as session [0-9a-f]{8}, which can be resumed\./);
    assert.equal(desktop.git('branch', '--show-current'), 'main');
    assert.ok(before.startsWith(desktop.readTranscript(conversation)));
    assert.equal(desktop.readTranscript(conversation).trim().split('\n').length, 2);
  });

  it('carries a session to somebody else in a file, and says what that means', async () => {
    const other = world.device('tablet', { user: 'grace', email: 'grace@example.org' }).clone(path.join(world.folder, 'server', 'project.git'));
    other.git('remote', 'remove', 'origin');
    await on(desktop, 'save', 'Take the first order');
    const [{ id } = { id: '' }] = await sessionsOn(desktop);
    const file = path.join(world.folder, 'order.convosync.zip');
    const written = await convosync(placeOf(desktop), 'export', id, file, '--with-history');
    assert.match(written.stderr, /Whoever gets this file can read the whole session: it is not sealed\./);
    assert.match(written.stdout, /^Wrote session [0-9a-f]{8} to .*order\.convosync\.zip \(/);
    assert.match((await convosync(placeOf(desktop), 'export', id, '--format', 'portable')).stderr, /written into a file: name one/);

    assert.match(await on(other, 'import', file, '--dry-run'), /“Take the first order” from Desktop[^]*This resume will\n[^]*! The file is not signed: /);
    assert.equal(other.git('rev-parse', 'HEAD'), other.git('rev-list', '--max-parents=0', 'HEAD'));
    const imported = await convosync(placeOf(other), 'import', file);
    assert.match(imported.stdout, /✓ Code and conversation are in sync\.[^]*claude --resume/);
    assert.match(imported.stderr, /^! The file is not signed: .* Go on only if you trust them/m);
    assert.equal(other.readTranscript(conversation), desktop.readTranscript(conversation));
    assert.equal(other.git('rev-parse', 'HEAD'), desktop.git('rev-parse', 'HEAD'));
    await on(other, 'resume', '--undo');
    assert.equal(other.git('rev-parse', 'HEAD'), other.git('rev-list', '--max-parents=0', 'HEAD'));

    const damaged = await convosyncJson(placeOf(other), 'import', path.join(other.folder, 'README.md'));
    assert.deepEqual([damaged.code, (damaged.document as { error: { code: string; message: string } }).error.message], [8, 'This file is no portable session, or it is cut off.']);
    assert.match((await convosync(placeOf(other), 'import', 'none.zip')).stderr, /There is no file .*none\.zip/);
  });

  it('shows the command with its folder when one is elsewhere', async () => {
    await on(desktop, 'save', 'One');
    const { code, stdout } = await convosync({ ...placeOf(laptop), folder: world.folder }, 'resume', '--cwd', laptop.folder);
    assert.equal(code, 0);
    assert.ok(stdout.includes(`  cd '${laptop.folder}' && claude --resume ${conversation}\n`), stdout);
  });

  it('plans without doing anything', async () => {
    const head = desktop.git('rev-parse', 'HEAD');
    const plan = await on(desktop, 'save', '--dry-run');
    assert.match(plan, /This save will\n {2}· commit 1 file as .*\n {2}· save the conversation .*\n {2}· push 1 commit to origin\/main together with the session/);
    assert.equal(desktop.git('rev-parse', 'HEAD'), head);
    assert.deepEqual(await sessionsOn(desktop), []);

    await on(desktop, 'save', 'One');
    assert.match(await on(laptop, 'resume', '--dry-run'), /This resume will\n {2}· keep what is here, so that it can be undone\n {2}· move main forward/);
    const beside = await convosync(placeOf(laptop), 'resume', '--dry-run', '--worktree');
    assert.equal(beside.code, 0, beside.stderr);
    assert.match(beside.stdout, /This resume will\n[^]*on a new branch/, 'a branch is checked out in one working tree at a time');
    assert.deepEqual([laptop.git('worktree', 'list').split('\n').length, readdirSync(path.dirname(laptop.folder)).length], [1, 1]);
    assert.equal(laptop.git('rev-parse', 'HEAD'), head);
    assert.equal(existsSync(laptop.transcriptPath(conversation)), false);
  });

  it('resumes in a working tree beside the one that has the session’s branch', async () => {
    await on(desktop, 'save', 'One');
    const before = [laptop.git('rev-parse', 'HEAD'), laptop.git('status', '--porcelain')];
    await on(laptop, 'resume', '--worktree');
    const [, beside] = laptop.git('worktree', 'list', '--porcelain').split('\n').flatMap((line) => (line.startsWith('worktree ') ? line.slice('worktree '.length) : []));
    assert.ok(beside !== undefined);
    assert.equal(laptop.git('-C', beside, 'rev-parse', 'HEAD'), desktop.git('rev-parse', 'HEAD'));
    assert.match(laptop.git('-C', beside, 'branch', '--show-current'), /main./);
    assert.deepEqual([laptop.git('rev-parse', 'HEAD'), laptop.git('status', '--porcelain')], before);
  });

  it('lets one look at a session without touching anything', async () => {
    await on(desktop, 'save', 'One');
    const before = laptop.snapshot(world.folder);
    const seen = await on(laptop, 'resume', '--read-only');
    assert.match(seen, /# Handoff from Desktop[^]*Claude Code, 2 messages[^]*You .*\n {2}my favorite pizza is Margherita/);
    const here = (snapshot: Record<string, string>): string[] => Object.keys(snapshot).filter((file) => file.startsWith('laptop') && !file.includes('convosync'));
    assert.deepEqual(here(laptop.snapshot(world.folder)), here(before));
    const { document } = await convosyncJson(placeOf(laptop), 'resume', '--read-only');
    assert.equal((document['conversations'] as { messages: object[] }[])[0]?.messages.length, 2);
  });

  it('reads, compares, searches and makes handoffs', async () => {
    await on(desktop, 'save', 'One');
    desktop.say(conversation, "Let's use a stone oven.");
    await on(desktop, 'save', 'Two');
    laptop.say(conversation.replace(/1/g, '2'), 'Draw the menu of the shop');
    await on(laptop, 'save', 'Three');
    const [three, two, one] = await sessionsOn(laptop);

    assert.match(await on(laptop, 'handoff', 'show', one?.id ?? ''), /- `orders\.js` \(\+1, −1\)/);
    assert.match(await on(laptop, 'handoff'), /^# Handoff from Desktop\n[^]*stone oven/);
    const shown = await convosyncJson(placeOf(laptop), 'handoff', 'show', three?.id ?? '');
    assert.deepEqual([shown.document['madeBy'], (shown.document['session'] as { id: string }).id], ['transcript', three?.id]);
    const history = (await on(laptop, 'handoff', 'history')).split('\n').slice(1).map((line) => line.split(/ +/)[0]);
    assert.deepEqual(history.slice(0, 3), [three, two, one].map((session) => session?.id.slice(0, 8)));
    assert.equal((await on(laptop, 'handoff', 'history', '--conversation', '1111')).includes(three?.id.slice(0, 8) ?? ''), false);
    assert.match(await on(laptop, 'handoff', 'diff', one?.id ?? '', two?.id ?? ''), /^\+ - Let's use a stone oven\.$/m);
    assert.match(await on(laptop, 'handoff', 'search', 'STONE', 'margherita'), new RegExp(`^${two?.id.slice(0, 8) ?? ''}  Desktop, .*: Two\n  Current Task: > `));
    assert.match(await on(laptop, 'handoff', 'search', 'calzone'), /No handoff holds all of these words/);

    const head = desktop.git('rev-parse', 'HEAD');
    desktop.say(conversation, 'And now write the wine list');
    assert.match(await on(desktop, 'handoff', 'generate'), /^# Handoff from Desktop[^]*wine list/);
    const edited = await convosync(placeOf(desktop, { VISUAL: "sed -i 's/wine/beer/'" }), 'handoff', 'generate', '--edit');
    assert.match(edited.stdout, /beer list/);
    assert.equal(desktop.git('rev-parse', 'HEAD'), head);
    assert.equal((await sessionsOn(desktop)).length, 3);
    desktop.write('.convosync/handoff-template.md', '## Aufgabe <!-- Current Task -->\n');
    assert.match(await on(desktop, 'handoff', 'generate'), /^# Handoff from Desktop\n[^]*\n\n## Aufgabe\n\n> And now write the wine list\n(?![^]*\n## )/);
    desktop.write('.convosync/handoff-template.md', '## Aufgabe <!-- Currant Task -->\n');
    const builtIn = await convosync(placeOf(desktop), 'handoff', 'generate');
    assert.match(builtIn.stderr, /built-in template and not \.convosync\/handoff-template\.md\. “Currant Task” is none of the standard sections\./);
    assert.match(builtIn.stdout, /## Current Task/);
    const unknown = await convosync(placeOf(laptop), 'handoff', 'show', 'ffffffff');
    assert.equal(unknown.code, 4);
  });

  it('deletes on every device and restores', async () => {
    await on(desktop, 'save', 'One');
    const [one] = await sessionsOn(desktop);
    assert.ok(one);
    const unasked = await convosync(placeOf(laptop), 'delete', one.id);
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /--yes/);
    assert.equal((await sessionsOn(laptop)).length, 1);

    const untrashed = await convosync(placeOf(laptop), 'delete', '--restore', one.id.slice(0, 5));
    assert.equal(untrashed.code, 4);
    assert.match(untrashed.stderr, /is not in the trash\./);
    const { document } = await convosyncJson(placeOf(laptop), 'delete', one.id.slice(0, 5), one.id, '--yes');
    assert.deepEqual(document, { sessions: [one.id], restored: false, now: false, sent: true });
    assert.deepEqual(await sessionsOn(desktop), []);
    assert.deepEqual((await sessionsOn(desktop, '--trash')).map(({ id }) => id), [one.id]);
    await on(desktop, 'delete', '--restore', one.id.slice(0, 5));
    assert.deepEqual((await sessionsOn(laptop)).map(({ id }) => id), [one.id]);
  });

  it('stores the handoff as it was edited', async () => {
    await convosync(placeOf(desktop, { VISUAL: '', EDITOR: "sed -i 's/Margherita/Quattro Stagioni/'" }), 'save', 'One', '--edit-handoff');
    assert.match(await on(laptop, 'resume', '--read-only'), /Quattro Stagioni/);
  });

  it('saves nothing when the editor fails', async () => {
    const { code, stderr } = await convosync(placeOf(desktop, { EDITOR: 'false' }), 'save', 'One', '--edit-handoff');
    assert.equal(code, 130);
    assert.match(stderr, /^Cancelled\./);
    assert.deepEqual(await sessionsOn(desktop), []);
  });

  it('queues what cannot be sent, says so with its exit code, and sends it later', async () => {
    await on(desktop, 'save', 'One');
    const server = desktop.git('remote', 'get-url', 'origin');
    renameSync(server, `${server}.away`);
    desktop.say(conversation, 'Another one');
    const offline = await convosync(placeOf(desktop), 'save', 'Two');
    assert.equal(offline.code, 5, offline.stderr);
    assert.match(offline.stdout, /on this device\n {2}It could not be sent yet[^]*Send it with: convosync sync/);
    assert.equal((await convosync(placeOf(desktop), 'sync')).code, 7);
    const elsewhere = { ...placeOf(desktop), folder: world.folder };
    assert.match((await convosync(elsewhere, 'sync', '--all')).stdout, new RegExp(`^${desktop.folder}\n {2}\\S`));
    assert.match((await convosync(placeOf(desktop), 'status', '--offline')).stdout, /^Waiting +since .*, tried 3 times: /m);

    const patient = start(elsewhere, 'sync', '--all', '--retry');
    const [line] = (await once(patient.stderr, 'data')) as [Buffer];
    assert.match(String(line), /Trying again in 5 s\./);
    renameSync(`${server}.away`, server);
    const [sent] = (await once(patient.stdout, 'data')) as [Buffer];
    assert.match(String(sent), /^.*\n {2}Sent 1 session\./);
    assert.match(await on(desktop, 'sync', '--all'), /^Nothing is waiting to be sent on this device\./);
    assert.match(await on(laptop, 'sync'), /^Nothing is waiting to be sent\.\nNew from Desktop, .*: Two \(/);
    assert.deepEqual((await sessionsOn(laptop)).map(({ message }) => message), ['Two', 'One']);
    assert.match(await on(desktop, 'sync'), /^Nothing is waiting to be sent\./);
  });

  it('answers a question beforehand', async () => {
    await on(desktop, 'save', 'One');
    laptop.write('own.js', '1');
    laptop.git('add', '.');
    laptop.git('commit', '-qm', 'Own');
    const asked = await convosyncJson(placeOf(laptop), 'resume');
    assert.equal(asked.code, 3);
    const { error } = asked.document as { error: { code: string; findings: { code: string; remedies: { type: string }[] }[] } };
    assert.equal(error.code, 'needs-choice');
    assert.deepEqual(error.findings.map(({ code }) => code), ['diverged']);
    const type = error.findings[0]?.remedies.map((remedy) => remedy.type) ?? [];
    assert.deepEqual(type, ['--on diverged=pull-merge', '--on diverged=new-branch', '--on diverged=discard-local']);
    await on(laptop, 'resume', ...(type[1] ?? '').split(' '));
    assert.equal(laptop.git('branch', '--show-current'), 'main-desktop');
  });

  it('starts the agent on the conversation, in its folder, and gives its exit code', async () => {
    await on(desktop, 'save', 'One');
    laptop.write('../bin/claude', '#!/bin/sh\necho "claude $* in $PWD"\nexit 9\n');
    const bin = `${laptop.folder}/../bin`;
    chmodSync(`${bin}/claude`, 0o755);
    const { code, stdout } = await convosync({ folder: world.folder, env: { ...laptop.env, PATH: `${bin}:${laptop.env['PATH'] ?? ''}` } }, 'resume', '--start', '-C', laptop.folder);
    assert.equal(code, 9);
    assert.ok(stdout.includes(`claude --resume ${conversation} in ${laptop.folder}\n`), stdout);
    const missing = await convosync({ folder: laptop.folder, env: { ...laptop.env } }, 'resume', '--start');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /“claude” could not be started/);
  });

  it('reports the same in JSON, with full ids and nothing else on standard output', async () => {
    const saved = await convosyncJson(placeOf(desktop), 'save', 'One');
    assert.equal(saved.code, 0);
    assert.deepEqual([saved.document['outcome'], saved.document['branch'], saved.document['branchPushed'], saved.document['messages']], ['sent', 'main', true, 2]);
    const status = await convosyncJson(placeOf(laptop), 'status');
    assert.equal(status.document['sync'], 'resume-available');
    assert.equal((status.document['resumable'] as { id: string }).id, saved.document['session']);
    const resumed = await convosyncJson(placeOf(laptop), 'resume');
    assert.deepEqual(resumed.document['verdict'], { inSync: true, differences: [] });
    assert.deepEqual((resumed.document['commands'] as { argv: string[] }[])[0]?.argv, ['claude', '--resume', conversation]);
    assert.deepEqual((await convosyncJson(placeOf(laptop), 'devices', 'rename', ' Laptop ')).document, { name: 'Laptop' });
    const devices = await convosyncJson(placeOf(laptop), 'devices');
    assert.deepEqual((devices.document['devices'] as { name: string; here: boolean }[]).map(({ name, here }) => [name, here]), [['Laptop', true], ['Desktop', false]]);
  });

  it('logs decisions with --verbose, to standard error, and never what was said', async () => {
    const quiet = await convosync(placeOf(desktop), 'save', 'One');
    assert.equal(quiet.stderr, '');
    desktop.say(conversation, secretWords);
    const { stdout, stderr } = await convosync(placeOf(desktop), 'save', 'Two', '--verbose', '--json');
    assert.match(stderr, /^\d\d:\d\d:\d\d\.\d{3} debug \[git\] git .*: exit code 0 after \d+ ms$/m);
    assert.doesNotMatch(stderr, /Margherita/);
    assert.doesNotThrow(() => JSON.parse(stdout) as unknown);
  });

  it('finds sessions by branch, device, agent and words', async () => {
    await on(desktop, 'save', 'Take the first order');
    await on(laptop, 'resume');
    laptop.write('menu.js', '1');
    await on(laptop, 'save', 'Write the menu', '-b', 'feature/menu');
    const found = async (...args: string[]): Promise<string[]> => (await sessionsOn(desktop, ...args)).map(({ message }) => message);
    assert.deepEqual(await found(), ['Write the menu', 'Take the first order']);
    assert.deepEqual(await found('--branch', 'feature/menu'), ['Write the menu']);
    assert.deepEqual(await found('--device', 'desktop'), ['Take the first order']);
    assert.deepEqual(await found('--agent', 'codex'), []);
    assert.deepEqual(await found('--search', 'ORDER first'), ['Take the first order']);
  });

  it('takes a save back', async () => {
    const head = desktop.git('rev-parse', 'HEAD');
    await on(desktop, 'save', 'One', '--no-push');
    assert.notEqual(desktop.git('rev-parse', 'HEAD'), head);
    await on(desktop, 'save', '--undo');
    assert.equal(desktop.git('rev-parse', 'HEAD'), head);
    assert.match(desktop.git('status', '--porcelain'), /M orders\.js/);
    const again = await convosync(placeOf(desktop), 'save', '--undo');
    assert.equal(again.code, 4);
    assert.match(again.stderr, /nothing to undo/);
  });
});
