import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConvoSyncError, type ErrorCode } from '../../../../src/core/common/errors.ts';
import { encryptWithPassphrase, newKey } from '../../../../src/core/vault/age.ts';
import { createVault } from '../../../../src/core/vault/description.ts';
import { passphraseSlot, recoverySlot, unwrapKeys } from '../../../../src/core/vault/keySlots.ts';
import { type Seal, sealWith } from '../../../../src/core/vault/seal.ts';

const passphrase = 'four cheeses and a fig';
const is = (code: ErrorCode) => (error: unknown): boolean => ConvoSyncError.is(error, code) && error.details['object'] === 'thing';

describe('a seal', () => {
  let seal: Seal;
  let identity: string;
  before(async () => {
    ({ identity } = await newKey());
    seal = sealWith([{ epoch: 1, identity }]);
  });

  it('gives back exactly what was sealed, and shows none of it', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (plaintext) => {
      const sealed = await seal.seal(plaintext);
      assert.deepEqual(Buffer.from(await seal.open('thing', sealed)), Buffer.from(plaintext));
      assert.ok(plaintext.length < 8 || !Buffer.from(sealed).includes(Buffer.from(plaintext)));
    }), { numRuns: 20 });
  });

  it('tells what was never sealed, what does not open, and what is newer from each other', async () => {
    const sealed = Buffer.from(await seal.seal(Buffer.from('a pizza')));
    await assert.rejects(seal.open('thing', Buffer.from('{"v":1}')), is('vault-forged'));
    await assert.rejects(seal.open('thing', new Uint8Array()), is('vault-forged'));
    await assert.rejects(seal.open('thing', Buffer.from(sealed.toString('latin1').replace('/v1', '/v2'), 'latin1')), is('vault-newer-format'));
    await assert.rejects(sealWith([{ epoch: 1, identity: (await newKey()).identity }]).open('thing', sealed), is('vault-damaged'));
    for (let at = 22; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await assert.rejects(seal.open('thing', changed), is('vault-damaged'), `byte ${at}`);
      await assert.rejects(seal.open('thing', sealed.subarray(0, at)), is('vault-damaged'), `cut at ${at}`);
    }
  });

  it('of a later epoch opens what an earlier one sealed, and not the other way round', async () => {
    const { identity: next } = await newKey();
    const later = sealWith([{ epoch: 1, identity }, { epoch: 2, identity: next }]);
    assert.deepEqual(Buffer.from(await later.open('thing', await seal.seal(Buffer.from('before')))).toString(), 'before');
    await assert.rejects(seal.open('thing', await later.seal(Buffer.from('after'))), is('vault-damaged'));
  });

  it('of a readable vault changes nothing', async () => {
    const bytes = Buffer.from('as it is');
    assert.equal(await sealWith([]).seal(bytes), bytes);
    assert.equal(await sealWith([]).open('thing', bytes), bytes);
  });
});

describe('the key slots of a sealed vault', () => {
  const make = async () => {
    const vault = createVault('ada@example.org', new Date(), await newKey());
    const { slot, recoveryKey } = await recoverySlot(vault.keys);
    return { ...vault, recoveryKey, documents: new Map([await passphraseSlot(vault.keys, { passphrase, workFactor: 2 }), slot]) };
  };

  it('open to the passphrase and to the recovery key, and to nothing else', async () => {
    const { description, documents, recoveryKey } = await make();
    const byPassphrase = await unwrapKeys(description, documents, passphrase);
    const byRecoveryKey = await unwrapKeys(description, documents, recoveryKey);
    assert.deepEqual(byPassphrase.document, byRecoveryKey.document);
    assert.equal(byPassphrase.keys.epochs.length, 1);
    for (const wrong of ['', passphrase.toUpperCase(), (await newKey()).identity, 'AGE-SECRET-KEY-1NONSENSE']) {
      await assert.rejects(unwrapKeys(description, documents, wrong), (error) => ConvoSyncError.is(error, 'vault-wrong-key'));
    }
  });

  it('of another vault do not let anybody in, though the passphrase is the same', async () => {
    const [one, other] = [await make(), await make()];
    await assert.rejects(unwrapKeys(one.description, other.documents, passphrase), (error) => ConvoSyncError.is(error, 'vault-wrong-key'));
  });

  it('let in although one beside them is damaged', async () => {
    const { description, documents } = await make();
    const [name, bytes] = [...documents][0] ?? ['', new Uint8Array()];
    const damaged = new Map([['keys/passphrase-0', bytes.subarray(0, 60)], [name, bytes]]);
    assert.equal((await unwrapKeys(description, damaged, passphrase)).keys.epochs.length, 1);
  });

  it('are refused when what they wrap is no document of keys', async () => {
    const { description } = await make();
    const slot = await encryptWithPassphrase(passphrase, Buffer.from('{}'), 2);
    await assert.rejects(unwrapKeys(description, new Map([['keys/passphrase-0', slot]]), passphrase), (error) => ConvoSyncError.is(error, 'vault-damaged') && error.details['object'] === 'keys/passphrase-0');
  });

  it('are not made for a passphrase that can be guessed, or that would be taken for a recovery key', async () => {
    const { keys } = await make();
    for (const passphrase of ['fourfigs9', (await newKey()).identity, ` ${(await newKey()).identity.toLowerCase()}`]) {
      await assert.rejects(passphraseSlot(keys, { passphrase }), (error) => ConvoSyncError.is(error, 'usage'), passphrase);
    }
  });
});
