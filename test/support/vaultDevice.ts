/** A device as far as its vault is concerned: a home, a keychain, and what it does with a vault in a store that is shared. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Home } from '../../src/core/home/home.ts';
import { FileKeychain } from '../../src/core/home/keychain.ts';
import type { SessionManifest } from '../../src/core/session/session.ts';
import { keys } from '../../src/core/storage/backend.ts';
import type { CleanReport } from '../../src/core/vault/cleaning.ts';
import { readInstallMap, writeInstallMap } from '../../src/core/vault/installMap.ts';
import { renewKeys } from '../../src/core/vault/newEpoch.ts';
import { followEpochs, foundVault, loadVault, type NewVaultChoice, type OpenedVault, unlockVault } from '../../src/core/vault/openVault.ts';
import type { KnownBody } from '../../src/core/vault/record.ts';
import { defaultRetention } from '../../src/core/vault/retention.ts';
import type { Extent } from '../../src/core/vault/storedForm.ts';
import { Vault } from '../../src/core/vault/vault.ts';
import { MemoryBackend, type MemoryStore } from './memoryBackend.ts';

export const passphrase = { passphrase: 'four cheeses and a fig', workFactor: 2 };
const started = new Date('2026-03-02T09:00:00Z').getTime();

export class VaultDevice {
  readonly name: string;
  readonly id: string;
  readonly home = new Home(mkdtempSync(path.join(tmpdir(), 'vault-device-')));
  readonly keychain = new FileKeychain(this.home);
  store: MemoryStore;
  vaultId = '';
  #minutes = 0;

  constructor(name: string, store: MemoryStore) {
    this.name = name;
    this.store = store;
    this.id = Buffer.from(name.padEnd(10, '.')).toString('hex');
  }

  async founds(choice: NewVaultChoice = passphrase): Promise<this> {
    await this.home.prepare();
    const { description } = await foundVault(this, 'ada@example.org', this.now(), choice);
    this.vaultId = description.id;
    return this;
  }

  /** Unlocks the vault that the store shows. */
  async joins(id: string, secret = passphrase.passphrase): Promise<this> {
    await this.home.prepare();
    await unlockVault(this, id, await this.documentsAtStore(), secret);
    this.vaultId = id;
    return this;
  }

  async documentsAtStore(): Promise<Map<string, Uint8Array>> {
    const backend = new MemoryBackend(this.store);
    await backend.refresh();
    return backend.get([keys.vault, ...(await backend.list(keys.slots))]);
  }

  /** As an operation opens it: the newest epoch, and a look at the store. */
  async looks(): Promise<Vault> {
    const backend = new MemoryBackend(this.store);
    await backend.refresh();
    const vault = await this.#open(await followEpochs(this, await loadVault(this, this.vaultId), backend), backend);
    await vault.refresh();
    return vault;
  }

  /** Saves a session and sends it. */
  async saves(session: string): Promise<Vault> {
    const vault = await this.looks();
    await vault.takeUp();
    await this.seals(vault, session);
    assert.equal(await vault.send({ pushCode: () => assert.fail('no code waits') }), 'sent');
    return vault;
  }

  async seals(vault: Vault, session: string, manifest?: string): Promise<void> {
    manifest ??= await vault.contents.storeManifest(manifestOf(session));
    await vault.append({ type: 'session', summary: { id: idOf(session), savedAt: this.now().toISOString(), message: session, repository: { roots: [], name: 'shop' }, commit: 'a'.repeat(40), subject: 's', conversations: [], excerpt: '', stored: 0, manifest } });
  }

  /** Saves a session of a conversation that has come to this text, from which it goes on as far as it did before. */
  async talks(session: string, text: string, redactions: readonly Extent[] = []): Promise<void> {
    const vault = await this.looks();
    await vault.takeUp();
    const file = path.join(this.home.root, 'conversation.txt');
    await writeFile(file, text);
    const map = await readInstallMap(this.home, vault.id, 'test', 'menu');
    const stored = await vault.contents.capture({ absolute: file, size: Buffer.byteLength(text), path: 'text', redactions: () => Promise.resolve(redactions) }, map?.files['text']);
    await writeInstallMap(this.home, vault.id, { v: 1, agent: 'test', conversation: 'menu', session: idOf(session), files: { text: stored } });
    const like = vault.state.sessions[0];
    const conversation = { agent: 'test', id: 'menu', messages: 1, issues: 0, files: [stored], context: [], folder: '' };
    await this.seals(vault, session, await vault.contents.storeManifest({ ...manifestOf(session), conversations: [conversation] }, like));
    assert.equal(await vault.send({ pushCode: () => assert.fail('no code waits') }), 'sent');
  }

  /** The conversations of the sessions that it sees, read as somebody reads them who has nothing of them. */
  async reads(): Promise<Record<string, string>> {
    const vault = await this.looks();
    const texts: Record<string, string> = {};
    for (const session of [...vault.state.sessions, ...vault.state.trash]) {
      const { conversations } = await vault.contents.readManifest(session);
      for (const file of conversations.flatMap(({ files }) => files)) {
        texts[`${session.device.name}: ${session.summary.message}`] = Buffer.concat(await Array.fromAsync(vault.contents.read(file, session))).toString();
      }
    }
    return texts;
  }

  async cleans(options: { sealsAgain?: boolean } = {}): Promise<CleanReport> {
    const vault = await this.looks();
    await vault.takeUp();
    const send = async (): Promise<void> => {
      await vault.send({ pushCode: () => assert.fail('no code waits') });
    };
    return vault.clean({ policy: defaultRetention, thorough: true, send, ...options });
  }

  async says(...bodies: KnownBody[]): Promise<void> {
    const vault = await this.looks();
    await vault.takeUp();
    for (const body of bodies) {
      await vault.append(body);
    }
    await vault.send({ pushCode: () => assert.fail('no code waits') });
  }

  /** The sessions that it sees, each proven to be readable. */
  async sees(): Promise<string[]> {
    const vault = await this.looks();
    const sessions = [...vault.state.sessions];
    return sessions.map(({ summary }) => summary.message).sort();
  }

  async takesOut(other: VaultDevice, next = passphrase): Promise<string> {
    const vault = await this.looks();
    await vault.takeUp();
    return renewKeys(vault, this.keychain, { passphrase: next, out: [other.id], now: this.now() });
  }

  async sealsVault(next = passphrase): Promise<string> {
    const vault = await this.looks();
    await vault.takeUp();
    return renewKeys(vault, this.keychain, { passphrase: next, out: [], now: this.now() });
  }

  readonly now = (): Date => new Date(started + this.store.days * 24 * 3_600_000 + ++this.#minutes * 60_000);

  #open(opened: OpenedVault, backend: MemoryBackend): Promise<Vault> {
    return Vault.open({ home: this.home, ...opened, backend, device: { id: this.id, name: this.name, kind: 'unknown' }, fingerprint: this.name, now: this.now, logger: silentLogger });
  }
}

/** What a session is made of here: all of it can be known to whoever knows its name. */
export function manifestOf(session: string): SessionManifest {
  const code = { repository: { roots: [], name: 'shop' }, commit: 'a'.repeat(40), subject: 's', clean: true, pushed: false, bundles: [] };
  return { v: 1, session: idOf(session), conversations: [], code, handoff: session };
}

export function idOf(session: string): string {
  return Buffer.from(session.padEnd(10, '.')).toString('hex');
}
