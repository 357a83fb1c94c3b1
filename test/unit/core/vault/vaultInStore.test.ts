import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { silentLogger } from '../../../../src/core/common/logger.ts';
import { Home } from '../../../../src/core/home/home.ts';
import type { StoredFile } from '../../../../src/core/session/session.ts';
import { keys } from '../../../../src/core/storage/backend.ts';
import { FolderStore } from '../../../../src/core/storage/folder/folderStore.ts';
import { StoreBackend } from '../../../../src/core/storage/storeBackend.ts';
import { StorePlace } from '../../../../src/core/storage/storePlace.ts';
import { openSlot } from '../../../../src/core/vault/keySlots.ts';
import { type SendOptions, Vault } from '../../../../src/core/vault/vault.ts';
import { MeddledStore } from '../../../support/meddledStore.ts';
import { now, vault as founded, vaultKeys } from '../../../support/signedLog.ts';

const noCode: SendOptions = { pushCode: () => assert.fail('no code waits') };

describe('a vault that two devices share through a folder', () => {
  let folder: string;
  let store: MeddledStore;
  /** What each session's file was stored as. */
  let files: Map<string, StoredFile>;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'vault-'));
    files = new Map();
    store = new MeddledStore(new FolderStore(path.join(folder, 'stick')));
    await store.create();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** As a new process of the device has it. */
  const open = async (device: 'desktop' | 'laptop'): Promise<Vault> => {
    const home = new Home(path.join(folder, device));
    await home.prepare();
    const { description, bytes, keys: document } = founded;
    const documents = new Map([[keys.vault, bytes], [openSlot, document]]);
    const backend = new StoreBackend({ store, vault: description.id, pause: () => Promise.resolve(), random: () => 0.5, logger: silentLogger });
    const opened = await Vault.open({ home, description, keys: vaultKeys, documents, backend, device: { id: Buffer.from(device).toString('hex'), name: device, kind: device }, fingerprint: device, now: () => now, logger: silentLogger });
    await opened.refresh();
    return opened;
  };

  const seal = async (device: 'desktop' | 'laptop', id: string): Promise<Vault> => {
    const vault = await open(device);
    await vault.takeUp();
    const file = path.join(folder, 'conversation.jsonl');
    const text = `conversation of session ${id}\n`;
    writeFileSync(file, text);
    files.set(id, await vault.contents.capture({ absolute: file, size: text.length, path: 'conversation.jsonl' }, undefined));
    await vault.append({ type: 'session', summary: { id, savedAt: now.toISOString(), message: id, repository: { roots: [], name: 'shop' }, commit: 'a'.repeat(40), subject: 's', conversations: [], excerpt: '', stored: 0, manifest: 'b'.repeat(64) } });
    return vault;
  };

  /** Ids of the sessions that the device sees at the store, all of them proven to be readable. */
  const seenBy = async (device: 'desktop' | 'laptop'): Promise<string[]> => {
    const vault = await open(device);
    const sessions = vault.state.sessions.filter(({ queued }) => !queued);
    for (const session of sessions) {
      const pieces: Uint8Array[] = [];
      for await (const piece of vault.contents.read(files.get(session.summary.id)!, session)) {
        pieces.push(piece);
      }
      assert.equal(Buffer.concat(pieces).toString(), `conversation of session ${session.summary.id}\n`);
    }
    return sessions.map(({ summary }) => summary.id).sort();
  };

  it('shows each what the other saved', async () => {
    await (await seal('desktop', 'a1'.repeat(10))).send(noCode);
    await (await seal('laptop', 'b2'.repeat(10))).send(noCode);
    for (const device of ['desktop', 'laptop'] as const) {
      assert.deepEqual(await seenBy(device), ['a1'.repeat(10), 'b2'.repeat(10)]);
    }
    assert.deepEqual(await new StorePlace(store, silentLogger).vaults(), [founded.description.id]);
  });

  it('is known to be gone, to a device that has seen it, once all of it was removed, and not while a part is there', async () => {
    const desktop = await seal('desktop', 'a1'.repeat(10));
    await desktop.send(noCode);
    await (await seal('laptop', 'b2'.repeat(10))).send(noCode);
    const reasons = async (): Promise<unknown[]> => [...(await open('laptop')).distrusted.values()].map(({ code, details }) => [code, details['reason']]);
    const root = path.join(folder, 'stick', founded.description.id, 'writers');
    const [first = ''] = readdirSync(root).sort();
    rmSync(path.join(root, first), { recursive: true });
    assert.deepEqual(await reasons(), [['vault-rolled-back', undefined]]);
    await new StoreBackend({ store, vault: founded.description.id, pause: () => Promise.resolve(), random: () => 0.5, logger: silentLogger }).removeVault();
    assert.deepEqual(await reasons(), [['vault-rolled-back', 'vault-gone'], ['vault-rolled-back', 'vault-gone']]);
    await assert.rejects((await open('laptop')).takeUp(), (error) => ConvoSyncError.is(error, 'vault-rolled-back') && error.details['reason'] === 'vault-gone');
  });

  it('loses nothing and shows nothing by halves, at whatever call the store fails while a save is sent', async () => {
    await (await seal('laptop', '00'.repeat(10))).send(noCode);
    const expected = ['00'.repeat(10)];
    let failed = true;
    for (let failing = 1; failed; failing++) {
      const id = failing.toString(16).padStart(20, '0');
      const vault = await seal('desktop', id);
      const start = store.calls.length;
      store.before = (_, number) => {
        if (number === start + failing) {
          throw new ConvoSyncError('storage-transient', 'The stick was slow.');
        }
      };
      const outcome = await vault.send(noCode).catch((error: unknown) => error);
      store.before = () => undefined;
      failed = store.calls.length >= start + failing;
      assert.ok(outcome === 'sent' || ConvoSyncError.is(outcome, 'storage-transient'), String(outcome));
      const seen = await seenBy('laptop');
      assert.deepEqual(seen.filter((one) => one !== id), expected);
      assert.ok(outcome !== 'sent' || seen.includes(id));
      const again = await open('desktop');
      await again.takeUp();
      assert.equal(await again.send(noCode), seen.includes(id) ? 'nothing-to-send' : 'sent');
      expected.push(id);
      expected.sort();
      assert.deepEqual(await seenBy('laptop'), expected);
    }
    assert.ok(expected.length > 10);
  }).timeout(20_000);
});
