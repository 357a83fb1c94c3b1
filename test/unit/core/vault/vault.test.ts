import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { silentLogger } from '../../../../src/core/common/logger.ts';
import { Home } from '../../../../src/core/home/home.ts';
import { keys } from '../../../../src/core/storage/backend.ts';
import { openSlot } from '../../../../src/core/vault/keySlots.ts';
import { Vault } from '../../../../src/core/vault/vault.ts';
import { MemoryBackend, MemoryStore } from '../../../support/memoryBackend.ts';
import { now, vault as founded, vaultKeys } from '../../../support/signedLog.ts';

describe('a vault that two processes of a device have open', () => {
  let folder: string;
  let home: Home;
  let store: MemoryStore;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'vault-'));
    home = new Home(folder);
    await home.prepare();
    store = new MemoryStore({ tells: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = async (): Promise<{ vault: Vault; backend: MemoryBackend }> => {
    const backend = new MemoryBackend(store);
    const { description, bytes, keys: document } = founded;
    const documents = new Map([[keys.vault, bytes], [openSlot, document]]);
    const device = { id: 'd'.repeat(20), name: 'desktop', kind: 'desktop' as const };
    return { vault: await Vault.open({ home, description, keys: vaultKeys, documents, backend, device, fingerprint: 'machine', now: () => now, logger: silentLogger }), backend };
  };
  const sends = async ({ vault }: { vault: Vault }): Promise<void> => {
    await vault.takeUp();
    await vault.append({ type: 'deleted', session: 'ab'.repeat(5) });
    assert.equal(await vault.send({ pushCode: () => assert.fail('no code waits') }), 'sent');
  };
  const lastRecord = (): string => [...store.objects.keys()].filter((key) => key.includes('/log/')).sort().at(-1) ?? '';

  it('does not take for a rollback that one sends while the other looks', async () => {
    const [one, two] = [await open(), await open()];
    await one.vault.refresh();
    await sends(one);
    await two.vault.refresh(undefined, async () => {
      await two.backend.refresh();
      await sends(one);
    });
    await sends(two);
    assert.equal(store.objects.has(lastRecord()), true);
    assert.match(lastRecord(), /\/00000004-/);
  });

  it('remembers what either has seen, so that a rollback behind it is noticed by both', async () => {
    const [one, two] = [await open(), await open()];
    await one.vault.refresh();
    await sends(one);
    await two.vault.refresh();
    await sends(one);
    await one.vault.refresh();
    const heads = readFileSync(path.join(home.headsFolder, `${founded.description.id}.json`), 'utf8');
    assert.ok(heads.includes(lastRecord().split('/').at(-1) ?? ''), heads);
    store.delete(lastRecord());
    for (const each of [one, two, await open()]) {
      await each.vault.refresh();
      assert.deepEqual([...each.vault.distrusted.values()].map(({ code }) => code), ['vault-rolled-back']);
      await assert.rejects(each.vault.takeUp(), (error) => ConvoSyncError.is(error, 'vault-rolled-back'));
    }
  });

  it('asks the store for nothing that the other has proven already', async () => {
    const [one, two] = [await open(), await open()];
    await one.vault.refresh();
    await sends(one);
    await two.vault.refresh();
    assert.deepEqual(two.backend.asked.fetched, []);
    assert.equal(two.backend.asked.listed.filter((prefix) => prefix !== keys.slots).length, 0);
  });
});
