import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import * as path from 'node:path';
import { borrowKeychain, lendKeychain } from '../../../../src/core/home/lentKeychain.ts';
import type { LentKeychain } from '../../../../src/core/home/lentKeychain.ts';

describe('a keychain that is lent', () => {
  const secrets = new Map([['vault-1', 'Margherita ✓'], ['vault-2', 'x'.repeat(300_000)]]);
  let lent: LentKeychain;

  beforeEach(async () => {
    lent = await lendKeychain({ get: (name) => Promise.resolve(secrets.get(name)) }, process.platform);
  });
  afterEach(() => lent.close());

  it('gives what it holds, whole, and says where it holds nothing', async () => {
    const borrowed = borrowKeychain(lent.address);
    assert.deepEqual(await Promise.all(['vault-1', 'vault-2', 'vault-3'].map((name) => borrowed.get(name))), ['Margherita ✓', 'x'.repeat(300_000), undefined]);
  });

  it('keeps and forgets nothing for the borrower', async () => {
    const borrowed = borrowKeychain(lent.address);
    await borrowed.set('vault-1', 'Funghi');
    await borrowed.delete('vault-1');
    assert.equal(await borrowed.get('vault-1'), 'Margherita ✓');
  });

  it('is as locked for whoever does not know its password, or asks for what is no name', async () => {
    const stranger = borrowKeychain(lent.address.replace(/^./, (first) => (first === '0' ? '1' : '0')));
    assert.equal(await stranger.get('vault-1'), undefined);
    assert.equal(await borrowKeychain(lent.address).get('../vault-1'), undefined);
  });

  it('is as locked once the lender has gone', async () => {
    const borrowed = borrowKeychain(lent.address);
    await lent.close();
    assert.equal(await borrowed.get('vault-1'), undefined);
    lent = await lendKeychain({ get: () => Promise.resolve(undefined) }, process.platform);
  });

  it('lies where no other user can reach it, and bears with nonsense', async () => {
    const place = lent.address.slice(lent.address.indexOf('@') + 1);
    assert.equal((await stat(path.dirname(place))).mode & 0o077, 0);
    for (const nonsense of ['', '{}', '[1]', 'x'.repeat(100_000)]) {
      const socket = connect(place);
      socket.on('error', () => undefined).end(nonsense);
      await new Promise((resolve) => socket.resume().once('close', resolve));
    }
    assert.equal(await borrowKeychain(lent.address).get('vault-1'), 'Margherita ✓');
  });
});
