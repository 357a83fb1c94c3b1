import * as assert from 'node:assert/strict';
import { signsFor } from '../../../src/cli/terminal/signs.ts';

const said = '✓ Saved “Für Anna’s pizza” · 3 → 4 …';

describe('signs in a terminal', () => {
  for (const [what, env, platform] of [
    ['says nothing of itself', {}, 'linux'],
    ['speaks Unicode', { LANG: 'de_DE.UTF-8', TERM: 'xterm-256color' }, 'linux'],
    ['is of Termux', { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' }, 'android'],
    ['is of Windows', { LANG: 'C' }, 'win32'],
  ] as const) {
    it(`are as they are where it ${what}`, () => assert.equal(signsFor(env, platform)(said), said));
  }

  for (const [what, env] of [['is the Linux console', { TERM: 'linux', LANG: 'de_DE.UTF-8' }], ['has a locale without Unicode', { LANG: 'de_DE.UTF-8', LC_ALL: 'C' }]] as const) {
    it(`are plain where it ${what}, and letters stay letters`, () => assert.equal(signsFor(env, 'linux')(said), `+ Saved "Für Anna's pizza" - 3 -> 4 ...`));
  }
});
