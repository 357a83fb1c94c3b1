import assert from 'node:assert/strict';
import { recoveryKeyFile } from '../../../src/vscode/recoveryKeyFile.ts';

describe('the file of a recovery key', () => {
  const facts = { recoveryKey: 'AGE-SECRET-KEY-1QQQQ', vault: '3f2a9c', repository: 'pizza-orders', made: new Date('2026-03-04T23:30:00Z') };

  it('says what it is, which vault it opens, and from when it is', () => {
    const text = recoveryKeyFile(facts);
    assert.match(text, /recovery key of a ConvoSync vault/);
    assert.match(text, /3f2a9c/);
    assert.match(text, /pizza-orders/);
    assert.match(text, /2026-03-04/);
  });

  it('is an identity file: the key in the first line, and comments, whatever a repository is called', () => {
    const lines = recoveryKeyFile({ ...facts, repository: 'pizza\nAGE-SECRET-KEY-1EVIL\r\n' }).split('\n');
    assert.equal(lines[0], facts.recoveryKey);
    assert.deepEqual(lines.slice(1).filter((line) => line !== '' && !line.startsWith('#')), []);
  });
});
