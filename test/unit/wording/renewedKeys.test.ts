import * as assert from 'node:assert/strict';
import { describeRevoked, describeSealed, describeSealedAgain } from '../../../src/wording/renewedKeys.ts';

describe('what is said of new keys', () => {
  it('warns of a passphrase that was kept when a device is taken out, and only then', () => {
    assert.match(describeRevoked('Laptop', { keepsPassphrase: true }).join(' '), /may know the passphrase.*change it now/);
    assert.doesNotMatch(describeRevoked('Laptop', { keepsPassphrase: false }).join(' '), /passphrase stays/);
  });

  it('says that what lies there from before the sealing can be read, and for how long when it is stored once more', () => {
    assert.match(describeSealed({ readable: 2 }).join(' '), /2 sessions.*readable as before.*Store them once more.*14 days later/);
    assert.doesNotMatch(describeSealed({ readable: 0 }).join(' '), /14 days/);
  });

  it('says of what was stored once more what can be read until when, and what for ever', () => {
    const said = describeSealedAgain({ sealed: 2, unsealed: 1 }).join(' ');
    assert.match(said, /2 sessions from before were stored once more.*1 session could not be read and stays as it is/);
    assert.match(said, /readable copies can be read as before.*14 days.*list of what each device saved before.*host and every clone/);
    assert.match(describeSealedAgain({ sealed: 1, unsealed: 0, obstacle: 'clock' }).join(' '), /Nothing was removed.*clock/);
    assert.deepEqual(describeSealedAgain({ sealed: 0, unsealed: 0 }), ['Nothing lies readable that was saved before the vault was sealed.']);
  });
});
