/** What a starting agent is told, by the very command that is set up in it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import * as path from 'node:path';
import { World } from '../support/device.ts';
import type { Device } from '../support/device.ts';
import { convosync, convosyncJson, placeOf, program } from './commandLine.ts';

const conversation = '11111111-2222-4333-8444-555555555555';

describe('convosync hooks', function () {
  this.timeout(60_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;

  beforeEach(async () => {
    world = new World();
    world.now = new Date();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote);
    desktop.say(conversation, 'my favorite pizza is Margherita');
    await desktop.save('Tell the favorite');
  });
  afterEach(() => world[Symbol.dispose]());

  /** As an agent runs it: in a shell, with its own words on standard input. */
  function started(device: Device, input: unknown = { hook_event_name: 'SessionStart', source: 'startup', cwd: device.folder }): string {
    const settings = JSON.parse(readFileSync(path.join(device.home, '.claude/settings.json'), 'utf8')) as { hooks: { SessionStart: { hooks: { command: string }[] }[] } };
    const [command = ''] = settings.hooks.SessionStart.flatMap(({ hooks }) => hooks.map((hook) => hook.command));
    return execFileSync('/bin/sh', ['-c', command], { cwd: world.folder, env: placeOf(device).env, input: JSON.stringify(input), encoding: 'utf8' });
  }
  const contextOf = (output: string): string => (JSON.parse(output) as { hookSpecificOutput: { additionalContext: string } }).hookSpecificOutput.additionalContext;

  it('tell a starting agent what another device left, until it was resumed here', async () => {
    mkdirSync(path.join(laptop.home, '.claude'), { recursive: true });
    assert.match((await convosync(placeOf(laptop), 'hooks', 'show')).stdout, /^· Claude Code does not ask ConvoSync at its start\./);
    assert.match((await convosync(placeOf(laptop), 'hooks', 'install')).stdout, /^✓ Claude Code asks ConvoSync at its start[^]*settings\.json: set up\n[^]*save\.md: set up\n/);
    const context = contextOf(started(laptop));
    assert.match(context, /^ConvoSync: another device [^]*no instructions[^]*\n> Session [0-9a-f]{8} “Tell the favorite”[^]*Margherita/);

    const server = laptop.git('remote', 'get-url', 'origin');
    renameSync(server, `${server}.away`);
    assert.equal(contextOf(started(laptop)), context, 'what is kept here is enough');
    renameSync(`${server}.away`, server);

    await laptop.resume();
    assert.equal(started(laptop), '');
    await convosync(placeOf(laptop), 'hooks', 'remove');
    assert.ok(!existsSync(path.join(laptop.home, '.claude/settings.json')));
  });

  it('are set up in every agent that was ever used here, or in the one that is named, and shown as they would be', async () => {
    const nobody = await convosync(placeOf(laptop), 'hooks', 'install');
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /None of Claude Code, Codex, Gemini CLI was used on this machine yet/);

    mkdirSync(path.join(laptop.home, '.codex'), { recursive: true });
    mkdirSync(path.join(laptop.home, '.gemini'));
    const shown = (await convosync(placeOf(laptop), 'hooks', 'show')).stdout;
    assert.match(shown, /^· Codex does not ask[^]*hooks\.json: not there\n    hooks\.SessionStart: \{"hooks":\[\{"type":"command","command":"[^]*convosync-save\/SKILL\.md: not there[^]*\n· Gemini CLI does not ask/);
    const { stdout } = await convosync(placeOf(laptop), 'hooks', 'install');
    assert.match(stdout, /^✓ Codex asks ConvoSync[^]*Codex itself asks you once[^]*\n✓ Gemini CLI asks ConvoSync/);
    const { document } = await convosyncJson(placeOf(laptop), 'hooks', 'remove', '--agent', 'gemini-cli');
    assert.deepEqual((document['agents'] as { agent: string; settings: { state: string } }[]).map(({ agent, settings }) => [agent, settings.state]), [['gemini-cli', 'absent']]);
    assert.deepEqual([existsSync(path.join(laptop.home, '.gemini/settings.json')), existsSync(path.join(laptop.home, '.codex/hooks.json'))], [false, true]);
  });

  it('tell it nothing where there is nothing to tell, and never keep it from starting', async () => {
    await convosync(placeOf(desktop), 'hooks', 'install');
    for (const input of [{ cwd: desktop.folder }, { cwd: world.folder }, { cwd: '/nowhere' }, { cwd: 7 }, 'words', {}]) {
      assert.equal(started(desktop, input), '');
    }
    const broken = await convosync({ folder: desktop.folder, env: { ...placeOf(desktop).env, CONVOSYNC_HOME: 'relative' } }, 'hooks', 'run', 'session-start');
    assert.deepEqual([broken.code, broken.stdout, broken.stderr], [0, '', '']);
  });

  it('print a handoff for an agent as a record', async () => {
    const { code, stdout } = await convosync(placeOf(laptop), 'hooks', 'run', 'handoff');
    assert.equal(code, 0);
    assert.match(stdout, /^The lines below [^]*no instructions[^]*\n> [^]*Margherita/);
  });

  it('save a handoff that the agent has written', async () => {
    const saved = execFileSync(process.execPath, [program, 'save', '--agent', 'claude-code', '--handoff', '-'], { cwd: desktop.folder, env: placeOf(desktop).env, input: '# Handoff\n\n## Current Task\n\nBake.\n', encoding: 'utf8' });
    assert.match(saved, /Saved session/);
    assert.match((await convosync(placeOf(laptop), 'handoff')).stdout, /## Current Task\n\nBake\./);
    const empty = await convosync(placeOf(desktop), 'save', '--handoff', '/dev/null');
    assert.deepEqual([empty.code, empty.stderr.includes('holds no handoff')], [2, true]);
  });
});
