import assert from 'node:assert/strict';
import { describeUnwritable } from '../../../src/wording/unwritable.ts';

describe('a file that cannot be written', () => {
  const failed = (code: string): Error => Object.assign(new Error(`${code}: some words of the system, open '/media/stick/key.txt'`), { code });

  for (const [code, why] of [
    ['ENOSPC', 'There is no room left there: make some, or choose another place.'],
    ['EROFS', 'Nothing may be written there: choose another place.'],
    ['EACCES', 'Nothing may be written there: choose another place.'],
    ['EIO', 'Choose another place.'],
  ] as const) {
    it(`is named with what to do, and nothing of the system’s own words, after ${code}`, () => {
      assert.equal(describeUnwritable('/media/stick/key.txt', failed(code)), `/media/stick/key.txt could not be written. ${why}`);
    });
  }
});
