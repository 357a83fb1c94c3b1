import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { chatCommands, chatParticipantId, commandIds, mcpServersId, toolNames } from '../../../src/vscode/contributions.ts';

interface Manifest {
  contributes: {
    commands: { command: string }[];
    languageModelTools: { name: string }[];
    chatParticipants: { id: string; commands: { name: string }[] }[];
    mcpServerDefinitionProviders: { id: string }[];
  };
}

describe('what package.json contributes', () => {
  it('is what the extension registers', async () => {
    const { contributes } = JSON.parse(await readFile(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8')) as Manifest;
    assert.deepEqual(contributes.commands.map(({ command }) => command).filter((id) => !commandIds.some((known) => known === id)), []);
    assert.deepEqual(contributes.languageModelTools.map(({ name }) => name), toolNames);
    assert.deepEqual(contributes.chatParticipants.map(({ id, commands }) => ({ id, commands: commands.map(({ name }) => name) })), [{ id: chatParticipantId, commands: chatCommands }]);
    assert.deepEqual(contributes.mcpServerDefinitionProviders, [{ id: mcpServersId, label: 'ConvoSync' }]);
  });
});
