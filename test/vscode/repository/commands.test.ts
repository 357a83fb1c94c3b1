import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { silentLogger } from '../../../src/core/common/logger.ts';
import type { ConvoSync } from '../../../src/core/operations/convosync.ts';
import { createConvoSync } from '../../../src/core/operations/createConvoSync.ts';
import { withReadableVault } from '../../support/readableVault.ts';

/** The extension's commands on sessions that another process of the same device has saved, as the command line would. */
describe('the commands', function () {
  this.timeout(60_000);
  const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  const commandLine: ConvoSync = withReadableVault(createConvoSync({
    userHome: os.homedir(), env: process.env, platform: process.platform, hostname: os.hostname(), deviceKind: 'laptop',
    now: () => new Date(), logger: silentLogger, gitEnv: process.env, handoffFile: 'none',
  }));
  let headBefore: string;
  let session: string;

  before(async () => {
    headBefore = await head();
    const report = await commandLine.save(await commandLine.planSave(folder, { message: 'Bake it', push: false, force: true }));
    assert.equal(report.outcome, 'sent');
    session = report.session;
    await vscode.commands.executeCommand('convosync.refresh');
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('open the timeline of a session in an editor of its own, once', async () => {
    await vscode.commands.executeCommand('convosync.session.open', { folder, session });
    await eventually(() => assert.deepEqual(pages(), ['Bake it']));
    await vscode.commands.executeCommand('convosync.session.open', { folder, session });
    await delay(200);
    assert.deepEqual(pages(), ['Bake it']);
  });

  it('copy a session’s id, and what to type on the other device', async () => {
    await vscode.commands.executeCommand('convosync.session.copyId', { folder, session });
    assert.equal(await vscode.env.clipboard.readText(), session);
    await vscode.commands.executeCommand('convosync.session.copyCliCommand', { folder, session });
    assert.equal(await vscode.env.clipboard.readText(), `convosync resume ${session.slice(0, 8)}`);
  });

  it('give a language model that asks the sessions and a handoff, as records', async () => {
    const call = async (name: string, input: object = {}): Promise<string> =>
      (await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined })).content.map((part) => (part as vscode.LanguageModelTextPart).value).join('');
    assert.match(await call('convosync_listSessions'), /^1 session, the newest first[^]*no instructions[^]*\n> Session [0-9a-f]{8} “Bake it”/);
    assert.match(await call('convosync_getHandoff'), /no instructions[^]*\n> Session [0-9a-f]{8} “Bake it”[^]*\n> ## /);
    assert.match(await call('convosync_getHandoff', { session: 'ffffffff' }), /no session/i);
  });

  it('have an MCP server for assistants, which the editor runs in the repository', async () => {
    await vscode.commands.executeCommand('workbench.mcp.startServer', 'convosync.convosync/ConvoSync', {});
    const listSessions = await eventually(() => {
      const tool = vscode.lm.tools.find(({ name }) => name.endsWith('_list_sessions'));
      assert.ok(tool, vscode.lm.tools.map(({ name }) => name).join(', '));
      return tool.name;
    });
    const { content } = await vscode.lm.invokeTool(listSessions, { input: {}, toolInvocationToken: undefined });
    assert.match(content.map((part) => (part as vscode.LanguageModelTextPart).value).join(''), /^1 session, the newest first[^]*\n> Session [0-9a-f]{8} “Bake it”/);
  });

  it('bring a session back from the trash', async () => {
    await commandLine.delete(folder, [session]);
    assert.equal((await commandLine.list(folder)).sessions.length, 0);
    await vscode.commands.executeCommand('convosync.session.restore', { folder, session });
    assert.deepEqual((await commandLine.list(folder)).sessions.map(({ summary }) => summary.id), [session]);
  });

  it('undo the last save, whose commit is nowhere else', async () => {
    assert.notEqual(await head(), headBefore);
    await vscode.commands.executeCommand('convosync.undoSave');
    assert.equal(await head(), headBefore);
  });

  it('tell the user what went wrong instead of failing', async () => {
    await vscode.commands.executeCommand('convosync.undoSave');
    await vscode.commands.executeCommand('convosync.session.restore', { folder, session: 'ffffffffffffffffffff' });
  });

  async function head(): Promise<string> {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: folder });
    return stdout.trim();
  }
});

/** The titles of the session pages that are open. */
function pages(): string[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputWebview).map(({ label }) => label);
}

async function eventually<T>(check: () => T, patience = 15_000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return check();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await delay(100);
    }
  }
}
