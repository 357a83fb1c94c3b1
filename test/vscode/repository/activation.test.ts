import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  contributes: { commands: { command: string; title: string; category?: string }[] };
}

describe('the extension', () => {
  const extension = vscode.extensions.getExtension('convosync.convosync')!;

  it('activates', async () => {
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that it contributes', async () => {
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const { commands } = (extension.packageJSON as Manifest).contributes;
    assert.ok(commands.length > 0);
    assert.deepEqual(commands.map(({ command }) => command).filter((command) => !registered.has(command)), []);
  });

  it('groups its commands under its name in the palette', () => {
    const { commands } = (extension.packageJSON as Manifest).contributes;
    assert.deepEqual(commands.filter(({ category }) => category !== 'ConvoSync'), []);
  });
});
