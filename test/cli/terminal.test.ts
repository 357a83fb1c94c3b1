import * as assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { World } from '../support/device.ts';
import type { Device } from '../support/device.ts';
import { convosync, placeOf } from './commandLine.ts';
import { PseudoTerminal, ctrlC, ctrlD, down, enter, hasPseudoTerminal } from './pseudoTerminal.ts';

const conversation = '11111111-2222-4333-8444-555555555555';
 
const colour = /\u001b\[(1|2|3\d)m/;

describe('at a terminal', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;

  before(function () {
    if (!hasPseudoTerminal()) {
      console.log('      SKIPPED: there is no script(1) here to make a pseudo-terminal with');
      this.skip();
    }
  });
  beforeEach(async () => {
    world = new World();
    world.now = new Date();
    const remote = world.remote();
    desktop = world.device('desktop').clone(remote);
    laptop = world.device('laptop').clone(remote);
    desktop.say(conversation, 'Bake a pizza');
    await convosync(placeOf(desktop), 'devices', 'rename', 'Desktop');
    await convosync(placeOf(laptop), 'devices', 'rename', 'Laptop');
    assert.equal((await convosync(placeOf(desktop), 'save', 'Bake', '-b', 'feature/oven')).code, 0);
  });
  afterEach(() => world[Symbol.dispose]());

  it('asks which session and what to do, and resumes as answered', async () => {
    desktop.say(conversation, 'Slice it');
    await convosync(placeOf(desktop), 'save', 'Slice');
    const terminal = new PseudoTerminal(placeOf(laptop), ['resume']);
    await terminal.sees('Which session?');
    await terminal.sees('Desktop, just now: Bake');
    terminal.type(down + enter);
    await terminal.sees('The session is on feature/oven; you are on main.');
    await terminal.sees('What now?');
    terminal.type(enter);
    await terminal.sees('Code and conversation are in sync.');
    await terminal.sees('Continue in Claude Code now?');
    terminal.type('n');
    const { code } = await terminal.ends();
    assert.equal(code, 0);
    assert.equal(laptop.git('branch', '--show-current'), 'feature/oven');
    assert.equal(laptop.readTranscript(conversation).trim().split('\n').length, 2);
  });

  it('offers the last good session where the conversation is damaged', async () => {
    appendFileSync(desktop.transcriptPath(conversation), 'not a record\n');
    assert.match((await convosync(placeOf(desktop), 'save', 'Broken')).stderr, /The conversation has 1 line that cannot be read\.\n {2}It is saved byte for byte as it is\./);
    const terminal = new PseudoTerminal(placeOf(laptop), ['resume', '--switch-branch', '--no-start']);
    await terminal.sees('Which session?');
    terminal.type(enter);
    await terminal.sees('The session’s conversation has 1 line that cannot be read.');
    await terminal.sees('The last good one is “Bake”, with 2 messages.');
    await terminal.sees('● Resume It as It Is');
    terminal.type(down);
    await terminal.sees('● Resume the Last Good One');
    terminal.type(enter);
    const { code, text } = await terminal.ends();
    assert.equal(code, 0);
    assert.match(text, /“Bake” on feature\/oven/);
    assert.equal(laptop.readTranscript(conversation).trim().split('\n').length, 2);
  });

  it('takes Ctrl-D at a question for leaving it', async () => {
    const terminal = new PseudoTerminal(placeOf(laptop), ['resume']);
    await terminal.sees('What now?');
    terminal.type(ctrlD);
    const { code, text } = await terminal.ends();
    assert.equal(code, 130);
    assert.match(text, /Cancelled\./);
    assert.doesNotMatch(text, /Warning/);
    assert.equal(laptop.git('branch', '--show-current'), 'main');
  });

  it('leaves everything as it is when a question is left with Ctrl-C', async () => {
    const terminal = new PseudoTerminal(placeOf(laptop), ['resume']);
    await terminal.sees('What now?');
    terminal.type(ctrlC);
    const { code, text } = await terminal.ends();
    assert.equal(code, 130);
    assert.match(text, /Cancelled\.\n {2}Nothing is left half done\./);
    assert.equal(laptop.git('branch', '--show-current'), 'main');
  });

  it('asks before it deletes, and does not when the answer is no', async () => {
    const terminal = new PseudoTerminal(placeOf(laptop), ['delete']);
    await terminal.sees('Which sessions go into the trash?');
    terminal.type(' ' + enter);
    await terminal.sees('Put “Bake” into the trash, on all of your devices?');
    terminal.type('n');
    assert.equal((await terminal.ends()).code, 130);
    assert.match((await convosync(placeOf(desktop), 'list')).stdout, /Bake/);
  });

  it('shows an interactive save whole before it is done', async () => {
    desktop.write('oven.js', '1');
    const terminal = new PseudoTerminal(placeOf(desktop), ['save', '-i']);
    await terminal.sees('How are uncommitted changes saved in this repository?');
    await terminal.sees('● As a Commit');
    terminal.type(enter);
    await terminal.sees('Remembered for this repository');
    await terminal.sees('Message');
    terminal.type(enter);
    await terminal.sees('Conversation');
    terminal.type(enter);
    await terminal.sees('Push feature/oven to origin?');
    terminal.type('n');
    await terminal.sees('This save will');
    await terminal.sees('Save it like this?');
    terminal.type('y');
    const { code, text } = await terminal.ends();
    assert.equal(code, 0);
    assert.match(text, /✓ Sent the session to /);
    assert.doesNotMatch(text, /✓ Pushed/);
  });

  it('makes the first commit where there is none, and goes on with the save', async () => {
    desktop.folder = `${desktop.folder}-new`;
    mkdirSync(desktop.folder);
    desktop.write('menu.md', 'Margherita\n');
    const terminal = new PseudoTerminal(placeOf(desktop), ['save', 'Menu', '--no-conversation']);
    await terminal.sees('This folder is not in a git repository');
    await terminal.sees('● Initialise Repository');
    terminal.type(enter);
    await terminal.sees('How are uncommitted changes saved in this repository?');
    terminal.type(enter);
    const { code } = await terminal.ends();
    assert.equal(code, 0);
    assert.equal(desktop.git('log', '--format=%s'), 'Menu [ConvoSync]\nInitial commit');
  });

  it('opens a session in a working tree beside this one', async () => {
    const terminal = new PseudoTerminal(placeOf(laptop), ['resume', '--no-start']);
    await terminal.sees('What now?');
    terminal.type(down + down);
    await terminal.sees('● Open in a Worktree');
    terminal.type(enter);
    const { code, text } = await terminal.ends();
    assert.equal(code, 0);
    assert.match(text, /Made a working tree in .*-feature-oven\.[^]*Code and conversation are in sync\./);
    assert.equal(laptop.git('branch', '--show-current'), 'main');
    laptop.folder = `${laptop.folder}-feature-oven`;
    assert.equal(laptop.git('branch', '--show-current'), 'feature/oven');
  });

  it('offers a way around what has rejected a push, and sends the session by it', async () => {
    const hook = path.join(world.folder, 'server/project.git/hooks/update');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\ncase "$1" in refs/heads/*) echo protected; exit 1;; esac\n', { mode: 0o755 });
    desktop.write('oven.js', '1');
    const terminal = new PseudoTerminal(placeOf(desktop), ['save', 'Oven', '--commit']);
    await terminal.sees('What now?');
    await terminal.sees('● Try Again');
    terminal.type(down);
    await terminal.sees('● Save Without Pushing the Branch');
    terminal.type(enter);
    const { code } = await terminal.ends();
    assert.equal(code, 0);
    assert.match((await convosync(placeOf(laptop), 'list')).stdout, /Oven/);
  });

  it('is coloured, unless NO_COLOR is set', async () => {
    const coloured = new PseudoTerminal(placeOf(laptop), ['list']);
    await coloured.ends();
    assert.match(coloured.raw, colour);
    const plain = new PseudoTerminal(placeOf(laptop, { NO_COLOR: '1' }), ['list']);
    const { text } = await plain.ends();
    assert.doesNotMatch(plain.raw, colour);
    assert.match(text, /● .*Desktop/);
  });

  it('fits lists to its width', async () => {
    desktop.say(conversation, 'More');
    await convosync(placeOf(desktop), 'save', 'A message that is a good deal longer than what a narrow terminal has room for');
    const { text } = await new PseudoTerminal(placeOf(laptop), ['list'], 80).ends();
    const rows = text.split('\n').filter((line) => /^[0-9a-f]{8} /.test(line));
    assert.equal(rows.length, 2);
    assert.ok(rows.every((row) => row.length <= 80), rows.join('\n'));
    assert.match(rows[0] ?? '', /…$/);
  });

  it('asks nothing with --json, and nothing where input is not a terminal', async () => {
    const { code, text } = await new PseudoTerminal(placeOf(laptop), ['resume', '--json']).ends();
    assert.equal(code, 3);
    assert.equal((JSON.parse(text) as { error: { code: string } }).error.code, 'needs-choice');
  });
});
