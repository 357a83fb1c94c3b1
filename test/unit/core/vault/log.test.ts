import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { ConvoSyncError, type ErrorCode } from '../../../../src/core/common/errors.ts';
import { newKey } from '../../../../src/core/vault/age.ts';
import { createVault, isOwnedBy, readDescription } from '../../../../src/core/vault/description.ts';
import { readKeys } from '../../../../src/core/vault/keysDocument.ts';
import { headsOf, headsToTell, type RawLog, type ReadLogs, readLogs } from '../../../../src/core/vault/log.ts';
import type { KnownBody } from '../../../../src/core/vault/record.ts';
import { now, SignedLog, vault, vaultKeys } from '../../../support/signedLog.ts';

const rawLog = ({ writer, records }: SignedLog): RawLog => ({ writer, proven: [], records });
const asDocument = (bytes: Uint8Array) => new Map([['vault.json', bytes]]);
const readAll = (logs: RawLog[], remembered = {}): ReadLogs => readLogs(vault.description, logs, remembered);
/** The logs, when nothing is wrong with any of them. */
const read = (logs: RawLog[], remembered = {}): ReadLogs['logs'] => {
  const { logs: sound, problems } = readAll(logs, remembered);
  for (const problem of problems.values()) {
    throw problem;
  }
  return sound;
};
const refuses = (code: ErrorCode, logs: RawLog[], remembered = {}): void => {
  assert.throws(() => read(logs, remembered), (error) => ConvoSyncError.is(error, code) && (code === 'vault-rolled-back' || Object.values(error.details).length > 0), code);
};

describe('the logs of a vault', () => {
  let one: SignedLog;
  let two: SignedLog;
  beforeEach(() => {
    one = new SignedLog('aaaaaaaa');
    two = new SignedLog('bbbbbbbb');
    one.delete();
    two.heads = { aaaaaaaa: [...one.records.keys()].at(-1)! };
    two.delete();
  });

  it('are read when every record is signed, linked and introduced', () => {
    const logs = read([rawLog(one), rawLog(two)]);
    assert.deepEqual([...logs].map(([writer, records]) => [writer, records.length]), [['aaaaaaaa', 2], ['bbbbbbbb', 2]]);
    assert.deepEqual(Object.keys(headsOf(logs)), ['aaaaaaaa', 'bbbbbbbb']);
  });

  it('are refused when a record is changed, wherever the change is', () => {
    const [name, bytes] = [...one.records].at(-1)!;
    for (let at = 0; at < bytes.byteLength; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => read([{ writer: one.writer, proven: [], records: new Map([...one.records, [name, changed]]) }]), (error) => ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-newer-format'));
    }
  });

  it('are refused when a record is missing in the middle', () => {
    one.delete();
    const [first, , third] = [...one.records];
    refuses('vault-damaged', [{ writer: one.writer, proven: [], records: new Map([first!, third!]) }]);
  });

  it('are refused when a record was signed by someone else, even by another writer of the vault', () => {
    one.write({ type: 'deleted', session: 'cd'.repeat(5) }, { key: two.key });
    refuses('vault-forged', [rawLog(one), rawLog(two)]);
  });

  it('are refused when one writer’s log is given for another’s', () => {
    refuses('vault-forged', [{ writer: one.writer, proven: [], records: two.records }]);
  });

  it('are refused when they belong to another vault', () => {
    one.write({ type: 'deleted', session: 'cd'.repeat(5) }, { vault: 'f'.repeat(32) });
    refuses('vault-forged', [rawLog(one)]);
  });

  it('are refused when a writer was not certified by the vault’s identity', () => {
    const stranger = new SignedLog('cccccccc', generateKeyPairSync('ed25519').privateKey);
    refuses('vault-forged', [rawLog(stranger)]);
  });

  it('are refused when they end before what this device remembers, or are gone', () => {
    const remembered = headsOf(read([rawLog(one), rawLog(two)]));
    const shorter: RawLog = { writer: one.writer, proven: [], records: new Map([...one.records].slice(0, 1)) };
    refuses('vault-rolled-back', [shorter, { writer: two.writer, proven: [], records: new Map([...two.records].slice(0, 1)) }], remembered);
    refuses('vault-rolled-back', [rawLog(two)], remembered);
  });

  it('are refused when they end before what another device has seen, also by a first reader', () => {
    refuses('vault-rolled-back', [{ writer: one.writer, proven: [], records: new Map([...one.records].slice(0, 1)) }, rawLog(two)]);
  });

  it('tell of the others once what each of them has come to', () => {
    two.write({ type: 'deleted', session: 'cd'.repeat(5) });
    assert.deepEqual(headsToTell(read([rawLog(one), rawLog(two)]), two.writer), {});
    const head = one.delete();
    assert.deepEqual(headsToTell(read([rawLog(one), rawLog(two)]), two.writer), { aaaaaaaa: head });
    assert.deepEqual(headsToTell(read([rawLog(one), rawLog(two)]), one.writer), { bbbbbbbb: two.head });
  });

  it('keep a record of a type they do not know in its place', () => {
    one.write({ type: 'from-the-future' } as unknown as KnownBody);
    one.delete();
    assert.deepEqual(read([rawLog(one)]).get(one.writer)?.map(({ body }) => body?.type), ['introduced', 'deleted', undefined, 'deleted']);
  });
});

describe('the description of a vault', () => {
  it('opens with its own key only, and cannot be given for another vault’s', () => {
    const other = createVault('ada@example.org', now);
    const { description, bytes, keys } = vault;
    assert.deepEqual(readDescription(description.id, asDocument(bytes)), description);
    assert.deepEqual(readKeys(description, keys, 'keys/open').nameKeys, vaultKeys.nameKeys);
    assert.throws(() => readDescription(description.id, asDocument(other.bytes)), (error) => ConvoSyncError.is(error, 'vault-forged'));
    assert.throws(() => readKeys(description, other.keys, 'keys/open'), (error) => ConvoSyncError.is(error, 'vault-wrong-key'));
    assert.throws(() => readKeys(description, Buffer.from('{'), 'keys/open'), (error) => ConvoSyncError.is(error, 'vault-damaged'));
  });

  it('of a newer format is told from a damaged one', () => {
    const text = Buffer.from(vault.bytes).toString('utf8');
    assert.throws(() => readDescription(vault.description.id, asDocument(Buffer.from(text.replace('"v": 1', '"v": 2')))), (error) => ConvoSyncError.is(error, 'vault-newer-format'));
  });

  it('cannot be altered: not to say that the vault is readable, nor that it is someone else’s', async () => {
    const sealed = createVault('ada@example.org', now, await newKey());
    const text = Buffer.from(sealed.bytes).toString('utf8');
    for (const altered of [text.replace('"sealed": true', '"sealed": false'), text.replace(/"owner": "[0-9a-f]{4}/, '"owner": "0000'), text.replace(/"signature": "[^"]{4}/, '"signature": "AAAA')]) {
      assert.notEqual(altered, text);
      assert.throws(() => readDescription(sealed.description.id, asDocument(Buffer.from(altered))), (error) => ConvoSyncError.is(error, 'vault-forged') && error.details['object'] === 'vault.json');
    }
  });

  it('recognises its owner’s address in any case, and names it nowhere', () => {
    assert.ok(isOwnedBy(vault.description, ' Ada@Example.org'));
    assert.ok(!isOwnedBy(vault.description, 'eve@example.org'));
    assert.ok(!isOwnedBy(createVault('', now).description, ''));
    // A hash may well hold the three letters of the name.
    assert.doesNotMatch(Buffer.from(vault.bytes).toString('utf8'), /ada@|example/i);
  });
});
