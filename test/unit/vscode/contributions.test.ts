import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { chatCommands, chatParticipantId, commandIds, extensionId, mcpServersId, toolNames } from '../../../src/vscode/contributions.ts';

interface Manifest {
  publisher: string;
  name: string;
  contributes: {
    commands: { command: string }[];
    languageModelTools: { name: string }[];
    chatParticipants: { id: string; commands: { name: string }[] }[];
    mcpServerDefinitionProviders: { id: string }[];
    menus: Record<string, { command: string }[]>;
    keybindings: { command: string; when?: string }[];
  };
}

describe('what package.json contributes', () => {
  let manifest: Manifest;
  let contributes: Manifest['contributes'];

  before(async () => {
    manifest = JSON.parse(await readFile(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8')) as Manifest;
    ({ contributes } = manifest);
  });

  it('is what the extension registers', () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).filter((id) => !commandIds.some((known) => known === id)), []);
    assert.deepEqual(contributes.languageModelTools.map(({ name }) => name), toolNames);
    assert.deepEqual(contributes.chatParticipants.map(({ id, commands }) => ({ id, commands: commands.map(({ name }) => name) })), [{ id: chatParticipantId, commands: chatCommands }]);
    assert.deepEqual(contributes.mcpServerDefinitionProviders, [{ id: mcpServersId, label: 'ConvoSync' }]);
  });

  it('is under the name that links have', () => {
    assert.equal(extensionId, `${manifest.publisher}.${manifest.name}`);
  });

  it('has menus and keys for its own commands alone, and keys only where they are meant', () => {
    const known = contributes.commands.map(({ command }) => command);
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    assert.deepEqual(used.filter((command) => !known.includes(command)), []);
    assert.deepEqual(contributes.keybindings.filter(({ when }) => !when?.includes('focusedView == convosync.')), []);
  });
});
