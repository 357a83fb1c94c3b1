import * as assert from 'node:assert/strict';
import { describeRevoked, describeSealed } from '../../../src/wording/renewedKeys.ts';

describe('what is said of new keys', () => {
  it('warns of a passphrase that was kept when a device is taken out, and only then', () => {
    assert.match(describeRevoked('Laptop', { keepsPassphrase: true }).join(' '), /may know the passphrase.*change it now/);
    assert.doesNotMatch(describeRevoked('Laptop', { keepsPassphrase: false }).join(' '), /passphrase stays/);
  });

  it('says that what is deleted from before the sealing stays two weeks', () => {
    assert.match(describeSealed({ readable: 2 }).join(' '), /2 sessions.*readable as before.*14 days later/);
    assert.doesNotMatch(describeSealed({ readable: 0 }).join(' '), /14 days/);
  });
});
