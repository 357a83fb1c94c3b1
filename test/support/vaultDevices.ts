/**
 * Devices that share a vault at a store in memory, each with a home of its own and without anything around it: no git, no
 * agent. A conversation is a text that grows. Every call is a process of its own: it opens the vault, looks, and does one thing.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Home } from '../../src/core/home/home.ts';
import type { SessionManifest } from '../../src/core/session/session.ts';
import { type Backend, keys } from '../../src/core/storage/backend.ts';
import type { CleanReport } from '../../src/core/vault/cleaning.ts';
import { readInstallMap, writeInstallMap } from '../../src/core/vault/installMap.ts';
import { openSlot } from '../../src/core/vault/keySlots.ts';
import type { KnownBody } from '../../src/core/vault/record.ts';
import { defaultRetention, type RetentionPolicy } from '../../src/core/vault/retention.ts';
import type { SavedSession } from '../../src/core/vault/state.ts';
import { Vault } from '../../src/core/vault/vault.ts';
import { MemoryBackend, MemoryStore } from './memoryBackend.ts';
import { now as begin, vault as founded, vaultKeys } from './signedLog.ts';

export const day = 24 * 60 * 60 * 1000;

export class VaultWorld implements Disposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'vault-world-'));
  readonly store = new MemoryStore({ tells: true });
  now = begin;
  #sessions = 0;
  readonly #copies: string[] = [];
  /** What each session has to give back. */
  readonly texts = new Map<string, string>();

  device(name: string): VaultDevice {
    return new VaultDevice(this, name);
  }

  pass(days: number): void {
    this.now = new Date(this.now.getTime() + days * day);
  }

  nextSession(): string {
    return (++this.#sessions).toString(16).padStart(16, '0');
  }

  /** Keys of chunks that lie at the store. */
  get chunks(): string[] {
    return [...this.store.objects.keys()].filter((key) => key.includes('/chunks/')).sort();
  }

  /** Every session that anybody keeps is completely readable for a device that has none of it. Returns their ids. */
  async assertReadable(): Promise<string[]> {
    const stranger = this.device('stranger');
    const vault = await stranger.open();
    assert.equal(vault.distrusted.size, 0);
    for (const session of vault.state.sessions) {
      assert.equal(await stranger.read(session, vault), this.texts.get(session.summary.id), session.summary.id);
    }
    return vault.state.sessions.map(({ summary }) => summary.id);
  }

  /** Chunks at the store that no session needs, in the trash or out of it. */
  async needless(): Promise<string[]> {
    const vault = await this.device('stranger').open();
    const used = await Promise.all([...vault.state.sessions, ...vault.state.trash].map((session) => vault.contents.objectsOf(session)));
    const names = new Set(used.flat().map(({ name }) => name));
    return this.chunks.filter((key) => !names.has(path.basename(key)));
  }

  /** Brings back what was here and at the store when this was called. */
  checkpoint(): () => void {
    const [copy, objects, versions, now, texts] = [mkdtempSync(path.join(tmpdir(), 'vault-checkpoint-')), new Map(this.store.objects), new Map(this.store.versions), this.now, new Map(this.texts)];
    cpSync(this.folder, copy, { recursive: true });
    this.#copies.push(copy);
    return () => {
      rmSync(this.folder, { recursive: true });
      cpSync(copy, this.folder, { recursive: true });
      for (const [target, source] of [[this.store.objects, objects], [this.store.versions, versions], [this.texts, texts]] as [Map<string, unknown>, Map<string, unknown>][]) {
        target.clear();
        source.forEach((value, key) => target.set(key, value));
      }
      this.now = now;
    };
  }

  [Symbol.dispose](): void {
    this.#copies.forEach((copy) => rmSync(copy, { recursive: true, force: true }));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class VaultDevice {
  readonly world: VaultWorld;
  readonly name: string;
  readonly home: Home;
  /** Milliseconds by which its clock is ahead. */
  ahead = 0;
  policy: RetentionPolicy = defaultRetention;
  /** Stands between the device and the store. */
  through: (backend: Backend) => Backend = (backend) => backend;
  /** Reaches nothing. */
  offline = false;
  /** What its last cleaning left for later. */
  waiting: CleanReport['waiting'];
  /** What it has of each conversation. */
  readonly texts = new Map<string, string>();

  constructor(world: VaultWorld, name: string) {
    this.world = world;
    this.name = name;
    this.home = new Home(path.join(world.folder, name));
  }

  async open(): Promise<Vault> {
    await this.home.prepare();
    const { description, bytes, keys: document } = founded;
    const documents = new Map([[keys.vault, bytes], [openSlot, document]]);
    const id = Buffer.from(this.name).toString('hex').padEnd(16, '0').slice(0, 64);
    const vault = await Vault.open({
      home: this.home, description, keys: vaultKeys, documents, backend: this.through(new MemoryBackend(this.world.store)),
      device: { id, name: this.name, kind: 'desktop' }, fingerprint: this.name, now: () => new Date(this.world.now.getTime() + this.ahead), logger: silentLogger,
    });
    await (this.offline ? vault.readCached() : vault.refresh());
    return vault;
  }

  /** Goes on with a conversation and saves it; undefined when it waits here. */
  async save(conversation: string, added = `${this.name} says ${this.world.nextSession()}\n`.repeat(3)): Promise<string> {
    const vault = await this.#writing();
    const id = this.world.nextSession();
    const text = `${this.texts.get(conversation) ?? ''}${added}`;
    this.texts.set(conversation, text);
    await this.#seal(vault, id, conversation, text);
    await this.#send(vault);
    return id;
  }

  /** Takes a session over, to go on with it here. */
  async resume(session: SavedSession, vault: Vault): Promise<void> {
    const { conversations: [stored] } = await vault.contents.readManifest(session);
    assert.ok(stored?.files[0]);
    this.texts.set(stored.id, await this.read(session, vault));
    await writeInstallMap(this.home, vault.id, { v: 1, agent: 'test', conversation: stored.id, session: session.summary.id, files: { text: stored.files[0] } });
  }

  async read(session: SavedSession, vault: Vault): Promise<string> {
    const { conversations: [stored] } = await vault.contents.readManifest(session);
    assert.ok(stored?.files[0]);
    const pieces: Uint8Array[] = [];
    for await (const piece of vault.contents.read(stored.files[0], session)) {
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString();
  }

  async say(...bodies: KnownBody[]): Promise<void> {
    const vault = await this.#writing();
    for (const body of bodies) {
      await vault.append(body);
    }
    await this.#send(vault);
  }

  /** Sends what waits; of a session that has lost a part of itself meanwhile it stores all again that it has here. */
  async sync(): Promise<void> {
    const vault = await this.#writing();
    for (;;) {
      try {
        return await this.#send(vault);
      } catch (error) {
        const id = ConvoSyncError.is(error, 'object-missing') ? String(error.details['session']) : assert.fail(String(error));
        const conversation = vault.state.sessions.find(({ summary }) => summary.id === id)?.summary.conversations[0]?.id ?? assert.fail(id);
        await this.#seal(vault, id, conversation, this.world.texts.get(id) ?? '', false);
      }
    }
  }

  async clean({ thorough = true }: { thorough?: boolean } = {}): Promise<CleanReport> {
    const vault = await this.#writing();
    const send = async (): Promise<void> => {
      await vault.send({ pushCode: () => assert.fail('no code waits') });
    };
    await send();
    const { waiting, ...report } = await vault.clean({ policy: this.policy, thorough, send });
    this.waiting = waiting;
    return report;
  }

  /** Looks, as it does every day. */
  async look(): Promise<Vault> {
    return this.open();
  }

  async #writing(): Promise<Vault> {
    const vault = await this.open();
    await vault.takeUp();
    return vault;
  }

  async #seal(vault: Vault, id: string, conversation: string, text: string, buildsOn = true): Promise<void> {
    const file = path.join(this.home.root, 'conversation');
    mkdirSync(this.home.root, { recursive: true });
    writeFileSync(file, text);
    const map = buildsOn ? await readInstallMap(this.home, vault.id, 'test', conversation) : undefined;
    const stored = await vault.contents.capture({ absolute: file, size: Buffer.byteLength(text), path: 'text' }, map?.files['text']);
    await writeInstallMap(this.home, vault.id, { v: 1, agent: 'test', conversation, session: id, files: { text: stored } });
    const repository = { roots: [], name: 'shop' };
    const commit = 'a'.repeat(40);
    const manifest: SessionManifest = {
      v: 1, session: id, handoff: '', code: { repository, commit, subject: 's', clean: true, pushed: false, bundles: [] },
      conversations: [{ agent: 'test', id: conversation, messages: 1, issues: 0, files: [stored], context: [], folder: '' }],
    };
    const alike = buildsOn ? vault.state.sessions.find(({ summary }) => summary.conversations.some((one) => one.id === conversation)) : undefined;
    const name = await vault.contents.storeManifest(manifest, alike);
    this.world.texts.set(id, text);
    await vault.append({
      type: 'session',
      summary: {
        id, savedAt: new Date(this.world.now.getTime() + this.ahead).toISOString(), message: id, repository, commit, subject: 's', excerpt: '', stored: 0, manifest: name,
        conversations: [{ agent: 'test', id: conversation, messages: 1, issues: 0, bytes: Buffer.byteLength(text) }],
      },
    });
  }

  async #send(vault: Vault): Promise<void> {
    if (!this.offline) {
      await vault.send({ pushCode: () => assert.fail('no code waits') });
    }
  }
}
