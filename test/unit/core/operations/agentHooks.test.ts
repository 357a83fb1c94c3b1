import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { claudeCodeHooks } from '../../../../src/core/agents/claudeCode/hooks.ts';
import { codexHooks } from '../../../../src/core/agents/codex/hooks.ts';
import { geminiHooks } from '../../../../src/core/agents/gemini/hooks.ts';
import type { AgentHooks } from '../../../../src/core/agents/hooks.ts';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { Home } from '../../../../src/core/home/home.ts';
import { installHooks, removeHooks, showHooks } from '../../../../src/core/operations/hooks/agentHooks.ts';
import { temporaryFolderPerTest } from '../../../support/temporaryFolder.ts';

const agents = [['Claude Code', claudeCodeHooks], ['Codex', codexHooks], ['Gemini CLI', geminiHooks]] as const;

for (const [name, hooksFor] of agents) {
  describe(`hooks in ${name}`, () => tests(hooksFor));
}

function tests(hooksFor: (typeof agents)[number][1]): void {
  const folder = temporaryFolderPerTest();
  let home: Home;
  let hooks: AgentHooks;

  beforeEach(() => {
    home = new Home(path.join(folder.path, 'convosync'));
    hooks = hooksOf('convosync');
  });

  const hooksOf = (program: string): AgentHooks => hooksFor({ userHome: folder.path, env: {}, platform: process.platform }, program);
  const settings = (): string => readFileSync(hooks.settings, 'utf8');
  const given = (text: string): void => {
    mkdirSync(path.dirname(hooks.settings), { recursive: true });
    writeFileSync(hooks.settings, text, { mode: 0o640 });
  };

  const assertNoFolders = (): void => assert.deepEqual([...hooks.files.keys()].map((file) => existsSync(path.dirname(file))), [false, false, false]);

  const written: [what: string, text: string][] = [
    ['usual', '{\n  "model": "opus",\n  "permissions": {\n    "allow": ["Bash(ls:*)", "Read"]\n  }\n}\n'],
    ['empty', '{}'],
    ['written by hand', '{ "a":1,"hooks" : { "Stop":[ {"hooks":[]} ] },\n\n\t"b": [1,2,\n3] }'],
    ['with an empty list already', '{\n    "hooks": {\n        "SessionStart": []\n    }\n}\n'],
    ['with a hook of another at the same place', '{\n\t"hooks": {\n\t\t"SessionStart": [\n\t\t\t{"hooks": [{"type": "command", "command": "echo hi"}]}\n\t\t]\n\t}\n}\n'],
    ['with line ends of Windows', '{\r\n  "model": "opus"\r\n}\r\n'],
  ];
  for (const [what, text] of written) {
    it(`come and go without a trace in settings that are ${what}`, async () => {
      given(text);
      const state = await installHooks(home, hooks);
      assert.deepEqual([state.settings.state, ...state.files.map((file) => file.state)], ['installed', 'installed', 'installed', 'installed']);
      const { hooks: own, ...others } = JSON.parse(settings()) as { hooks: { SessionStart: unknown[] } };
      assert.deepEqual(own.SessionStart.at(-1), hooks.entry);
      assert.match(JSON.stringify(hooks.entry), /"command":"convosync hooks run session-start"/);
      assert.deepEqual(others, Object.fromEntries(Object.entries(JSON.parse(text) as object).filter(([key]) => key !== 'hooks')));
      assert.equal(statSync(hooks.settings).mode & 0o777, 0o640);

      await removeHooks(home, hooks);
      assert.equal(settings(), text);
      assertNoFolders();
    });
  }

  it('leave nothing where there was nothing', async () => {
    await installHooks(home, hooks);
    assert.deepEqual(Object.keys(JSON.parse(settings()) as object), ['hooks']);
    await removeHooks(home, hooks);
    assert.ok(!existsSync(hooks.settings));
  });

  it('are set up once, however often, and anew for another place of the program', async () => {
    given('{}\n');
    await installHooks(home, hooks);
    const first = settings();
    await installHooks(home, hooks);
    assert.equal(settings(), first);
    const moved = hooksOf("/opt/node '/opt/convo sync/cli.mjs'");
    assert.equal((await showHooks(moved)).settings.state, 'changed');
    await installHooks(home, moved);
    assert.equal((await showHooks(moved)).settings.state, 'installed');
    assert.equal((JSON.parse(settings()) as { hooks: { SessionStart: unknown[] } }).hooks.SessionStart.length, 1);
    await removeHooks(home, moved);
    assert.equal(settings(), '{}\n');
  });

  it('are taken out of settings that were changed since, and nothing else', async () => {
    given('{\n  "model": "opus"\n}\n');
    await installHooks(home, hooks);
    writeFileSync(hooks.settings, settings().replace('"opus"', '"haiku",\n  "theme": "dark"'));
    await removeHooks(home, hooks);
    assert.equal(settings(), '{\n  "model": "haiku",\n  "theme": "dark"\n}\n');
  });

  it('leave commands alone that a person has written or changed, and say so', async () => {
    const [save, resume] = [...hooks.files.keys()] as [string, string];
    mkdirSync(path.dirname(save), { recursive: true });
    writeFileSync(save, 'my own');
    assert.deepEqual((await installHooks(home, hooks)).files.map(({ state }) => state), ['changed', 'installed', 'installed']);
    writeFileSync(resume, 'changed');
    assert.deepEqual((await removeHooks(home, hooks)).files.map(({ state }) => state), ['changed', 'changed', 'absent']);
    assert.deepEqual([readFileSync(save, 'utf8'), readFileSync(resume, 'utf8')], ['my own', 'changed']);
  });

  it('follow a link to where the settings are kept', async () => {
    given('{}\n');
    const kept = path.join(folder.path, 'dotfiles.json');
    renameSync(hooks.settings, kept);
    symlinkSync(kept, hooks.settings);
    await installHooks(home, hooks);
    assert.ok(lstatSync(hooks.settings).isSymbolicLink());
    assert.match(readFileSync(kept, 'utf8'), /SessionStart/);
    await removeHooks(home, hooks);
    assert.deepEqual([lstatSync(hooks.settings).isSymbolicLink(), readFileSync(kept, 'utf8')], [true, '{}\n']);
  });

  it('keep the comments of settings that may have them, and touch no others that do', async () => {
    const text = '{ // mine\n  "model": /* for now */ "opus"\n}\n';
    given(text);
    if (hooks.takesComments) {
      await installHooks(home, hooks);
      assert.match(settings(), /\/\/ mine\n[^]*\/\* for now \*\/[^]*session-start/);
      writeFileSync(hooks.settings, settings().replace('opus', 'haiku'));
      await removeHooks(home, hooks);
      assert.equal(settings(), text.replace('opus', 'haiku'));
    } else {
      await assert.rejects(installHooks(home, hooks), (error) => ConvoSyncError.is(error, 'usage'));
      assert.equal(settings(), text);
    }
  });

  for (const text of ['{"a": 1,}', '', '[]', '{"hooks": []}', '{"hooks": {"SessionStart": {}}}']) {
    it(`touch nothing where the settings are ${JSON.stringify(text)}`, async () => {
      given(text);
      await assert.rejects(installHooks(home, hooks), (error) => ConvoSyncError.is(error, 'usage') && error.message.endsWith("so nothing was changed in it."));
      assert.equal(settings(), text);
      assertNoFolders();
    });
  }
}
