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
    menus: Record<string, { command?: string; submenu?: string }[]>;
    submenus: { id: string }[];
    walkthroughs: { steps: { media: { svg: string; altText: string } }[] }[];
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
    const used = [...Object.values(contributes.menus).flat().flatMap(({ command = [] }) => command), ...contributes.keybindings.map(({ command }) => command)];
    assert.deepEqual(used.filter((command) => !known.includes(command)), []);
    assert.deepEqual(contributes.keybindings.filter(({ when }) => !when?.includes('focusedView == convosync.')), []);
  });

  it('has only submenus that hold something', () => {
    const used = Object.values(contributes.menus).flat().flatMap(({ submenu = [] }) => submenu);
    assert.deepEqual([...new Set(used)], contributes.submenus.map(({ id }) => id));
    assert.deepEqual(contributes.submenus.filter(({ id }) => (contributes.menus[id] ?? []).length === 0), []);
  });

  it('has pictures in its walkthrough that follow the theme, and words in their place', async () => {
    for (const { svg, altText } of contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media))) {
      const picture = await readFile(path.resolve(import.meta.dirname, '../../..', svg), 'utf8');
      assert.match(picture, /var\(--vscode-/, svg);
      assert.doesNotMatch(picture, /#[0-9a-f]{3,8}\b|<script|href=/i, svg);
      assert.match(altText, /\.$/);
    }
  });
});
