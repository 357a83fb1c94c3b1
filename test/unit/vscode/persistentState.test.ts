import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { PersistentState } from '../../../src/vscode/persistentState.ts';

describe('what the extension remembers', () => {
  it('keeps for the workspace what its sessions are grouped by, and takes nonsense for the default', async () => {
    const workspaceState = memento();
    const state = new PersistentState({ workspaceState, globalState: memento() });
    assert.equal(state.sessionsGrouping, 'device');
    await state.setSessionsGrouping('branch');
    assert.equal(new PersistentState({ workspaceState, globalState: memento() }).sessionsGrouping, 'branch');
    await workspaceState.update('sessionsGrouping', 'colour');
    assert.equal(state.sessionsGrouping, 'device');
  });

  it('keeps for all windows which sessions were announced, and the older ones not for ever', async () => {
    const globalState = memento();
    const state = new PersistentState({ workspaceState: memento(), globalState });
    for (let index = 0; index < 300; index++) {
      await state.setAnnounced(`s${index}`);
    }
    const other = new PersistentState({ workspaceState: memento(), globalState });
    assert.deepEqual(['s299', 's100', 's99', 's300'].map((id) => other.wasAnnounced(id)), [true, true, false, false]);
  });
});

function memento(): vscode.ExtensionContext['globalState'] {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key) as never,
    update: async (key: string, value: unknown) => void values.set(key, value),
    setKeysForSync: () => undefined,
  };
}
