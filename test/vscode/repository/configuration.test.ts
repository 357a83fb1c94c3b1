import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  contributes: { configuration: { title: string; properties: Record<string, { default?: unknown; markdownDescription?: string; enum?: string[] }> }[] };
}

describe('the settings', () => {
  const groups = (vscode.extensions.getExtension('convosync.convosync')!.packageJSON as Manifest).contributes.configuration;
  const settings = vscode.workspace.getConfiguration('convosync');

  it('each have a sentence and a default that works', () => {
    for (const [name, { default: value, markdownDescription }] of groups.flatMap(({ properties }) => Object.entries(properties))) {
      assert.match(markdownDescription ?? '', /\.$/, name);
      assert.notEqual(value, undefined, name);
    }
  });

  it('keep handoffs out of the repository until asked for', () => {
    assert.equal(settings.get('handoff.keepInRepository'), 'none');
  });

  it('have the first save ask who may read it, which a repository cannot answer for the user', async () => {
    assert.equal(settings.get('newVault'), 'ask');
    await assert.rejects(async () => settings.update('newVault', 'readable', vscode.ConfigurationTarget.Workspace));
    assert.equal(vscode.workspace.getConfiguration('convosync').get('newVault'), 'ask');
  });

  it('push and look around as people expect', () => {
    assert.equal(settings.get('save.push'), true);
    assert.equal(settings.get('backgroundRefresh'), true);
  });
});
