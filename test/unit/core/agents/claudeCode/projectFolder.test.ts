import assert from 'node:assert/strict';

import { mayBelongBelow, projectFolderName } from '../../../../../src/core/agents/claudeCode/projectFolder.ts';

describe('the name of a project folder', () => {
  const long = `/home/jo/${'deep/'.repeat(40)}end`;

  const cases: [folder: string, name: string][] = [
    ['/home/jo/project', '-home-jo-project'],
    ['/home/jo/my.app', '-home-jo-my-app'],
    ['/home/jo/my_app-2', '-home-jo-my-app-2'],
    ['/home/jo/über', '-home-jo--ber'],
    ['/home/jo/🍕', '-home-jo---'],
    ['/', '-'],
    ['C:\\Users\\Jo Doe\\my.app', 'C--Users-Jo-Doe-my-app'],
    [`/${'a'.repeat(199)}`, `-${'a'.repeat(199)}`],
    [`/${'a'.repeat(200)}`, `-${'a'.repeat(199)}-b6ymvl`],
  ];
  for (const [folder, name] of cases) {
    it(`is ${name.length > 60 ? `${name.length} characters long` : name} for ${folder.slice(0, 40)}`, () => {
      assert.equal(projectFolderName(folder), name);
    });
  }

  it('tells long paths apart by a hash of the whole', () => {
    assert.notEqual(projectFolderName(long), projectFolderName(`${long}2`));
    assert.equal(projectFolderName(long).slice(0, 201), `${long.replace(/[^a-z]/g, '-').slice(0, 200)}-`);
  });

  it('rules out only folders that cannot lie below', () => {
    assert.equal(mayBelongBelow('-w-a', '/w/a'), true);
    assert.equal(mayBelongBelow('-w-a-b', '/w/a'), true);
    assert.equal(mayBelongBelow(projectFolderName(`${long}/x`), long), true);
    assert.equal(mayBelongBelow('c--Work', 'C:\\work'), true);
    assert.equal(mayBelongBelow('-w-b', '/w/a'), false);
    assert.equal(mayBelongBelow('-w', '/w/a'), false);
  });
});
