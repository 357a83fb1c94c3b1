import assert from 'node:assert/strict';
import { folderOf } from '../../../src/vscode/commands/parts.ts';

describe('the folder that a menu names', () => {
  const cases: [what: string, passed: unknown, folder: string | undefined][] = [
    ['a session', { folder: '/pizza', session: 's1' }, '/pizza'],
    ['a repository of the Git extension', { rootUri: { scheme: 'file', fsPath: '/pizza' } }, '/pizza'],
    ['a repository that is on no disk', { rootUri: { scheme: 'vscode-vfs', fsPath: '/pizza' } }, undefined],
    ['a terminal', { name: 'bash', creationOptions: {} }, undefined],
    ['nothing', undefined, undefined],
    ['something odd', { folder: 3 }, undefined],
  ];
  for (const [what, passed, folder] of cases) {
    it(`is ${folder ?? 'none'} for ${what}`, () => {
      assert.equal(folderOf(passed), folder);
    });
  }
});
