/**
 * One person's vault, as this device sees it: the sessions of all devices, the outbox of this one, and the writer
 * through which it adds to the log. Looking needs no lock. Everything that writes runs under the vault's lock, which the
 * caller holds and begins with `takeUp`.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import type { Home } from '../home/home.ts';
import type { Device } from '../session/device.ts';
import type { SessionOutline } from '../session/session.ts';
import { type Backend, type CodePush, keys as key, type StoredObject } from '../storage/backend.ts';
import type { CleanOptions, CleanReport } from './cleaning.ts';
import { Clock, type Timestamp } from './clock.ts';
import { isVouched, newestRecords } from './clockWitness.ts';
import { type Condemned, readCondemned } from './condemned.ts';
import { copyVault } from './copyVault.ts';
import type { VaultDescription } from './description.ts';
import type { Documents } from './documents.ts';
import { endsOf } from './epochs.ts';
import type { VaultKeys } from './keysDocument.ts';
import { KeptManifests } from './keptManifests.ts';
import { FirstSeen } from './firstSeen.ts';
import { noteMoved } from './installMap.ts';
import { type Heads, headsToTell, lastReadable, type RefusedRecords } from './log.ts';
import { passesPack } from './logObjects.ts';
import { LogsAtStore } from './logsAtStore.ts';
import type { ObjectPlace } from './object.ts';
import { Outbox, outboxFolder } from './outbox.ts';
import { portionsOf } from './portions.ts';
import { certify, type KnownBody, type LogRecord, readOwnRecord, sequenceOf, signRecord } from './record.ts';
import { type Seal, sealWith } from './seal.ts';
import { SessionContents } from './sessionContents.ts';
import { SessionUses } from './sessionUses.ts';
import { SlotStore } from './slotStore.ts';
import { stateCode } from './stateCode.ts';
import type { VaultState } from './state.ts';
import { packsToSend } from './storedLogs.ts';
import { VaultObjects } from './vaultObjects.ts';
import { Writer } from './writer.ts';

/** Milliseconds after which a look says too little of what others condemn: a machine may have slept in the middle of a save. */
const freshLook = 60 * 60 * 1000;

export interface VaultOptions {
  home: Home;
  description: VaultDescription;
  keys: VaultKeys;
  /** `vault.json` and the key slots as they are, or will be, stored. */
  documents: Documents;
  /** Public half of this device's own key, in a sealed vault. */
  recipient?: string | undefined;
  /** Undefined while there is no place to send to: sessions then wait in the outbox. */
  backend: Backend | undefined;
  /** Which sessions are of the repository at hand; all where the vault holds those of one alone. */
  isShown?: ((session: SessionOutline) => boolean) | undefined;
  device: Device;
  fingerprint: string;
  now: () => Date;
  logger: Logger;
}

export interface SendOptions {
  /** Pushes the code that waits, and reads it back: for a backend that does not carry code. */
  pushCode: (code: CodePush) => Promise<void>;
  signal?: AbortSignal | undefined;
}

export type SendResult = 'sent' | 'nothing-to-send' | 'no-place';

export class Vault {
  /** The files and manifests of its sessions. */
  readonly contents: SessionContents;
  /** What lets its owner in. */
  readonly slots: SlotStore;
  readonly #options: VaultOptions;
  readonly #seal: Seal;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #atStore: LogsAtStore;
  /** Names of the records that are sealed and not sent. */
  #waiting = new Set<string>();
  /** Those of them that go on where the store's end of this writer's log is. */
  #added: readonly LogRecord[] = [];
  /** Those that do not: they have to be signed anew. */
  #stranded: LogRecord[] = [];
  #writer: Writer;
  readonly #uses: SessionUses;
  /** Undefined while nobody has asked for it. */
  #knownCondemned: Condemned | undefined;
  /** What is shown of it all, and all of it. */
  #whole: VaultState = { sessions: [], trash: [], leaving: [], devices: new Map(), clocksAhead: [] };
  #state: VaultState = { sessions: [], trash: [], leaving: [], devices: new Map(), clocksAhead: [] };
  #holdsOthers = false;
  #copied: boolean;

  private constructor(options: VaultOptions, writer: Writer, copied: boolean) {
    this.#options = options;
    this.#seal = sealWith(options.keys.epochs, { wasReadable: options.description.epochs.some(({ sealed }) => !sealed) });
    this.#outbox = new Outbox(outboxFolder(options.home, options.description.id), this.#seal);
    this.#clock = new Clock(options.now);
    this.#writer = writer;
    this.#copied = copied;
    this.#atStore = new LogsAtStore({ ...options, seal: this.#seal });
    const { home, description: { id }, documents, backend, keys: { nameKeys } } = options;
    this.slots = new SlotStore({ home, vault: id, documents, backend });
    this.contents = new SessionContents({
      outbox: this.#outbox,
      objects: new VaultObjects(this.#outbox, backend, this.#seal),
      place: backend?.describe(),
      kept: new KeptManifests(path.join(home.vaultsFolder, id, 'manifests'), this.#seal),
      nameKeys,
      writer: () => this.#writer.id,
      writers: () => [...this.#logs.keys()],
      isGone: (place) => this.#condemned.isGone(place),
      sealedSince: options.description.epochs.find(({ sealed }) => sealed)?.epoch ?? 1,
    });
    this.#uses = new SessionUses(path.join(home.vaultsFolder, id, 'session-uses'), this.contents);
  }

  /** Opens without touching the network; call `refresh` or `readCached` before asking for its state. */
  static async open(options: VaultOptions): Promise<Vault> {
    const { writer, copied } = await Writer.load(options.home, options.description.id, options.fingerprint);
    return new Vault(options, writer, copied);
  }

  get id(): string {
    return this.#options.description.id;
  }

  get state(): VaultState {
    return this.#state;
  }

  /** Only the owner's devices can read what it holds. */
  get isSealed(): boolean {
    return this.#options.description.sealed;
  }

  /** Something on this device is not at its place yet. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** It holds sessions that are not shown here: those of other repositories. */
  get holdsOthers(): boolean {
    return this.#holdsOthers;
  }

  /** Something of it has been at a store, as far as this device knows. */
  get wasSent(): boolean {
    return this.#writer.published !== undefined || Object.keys(this.heads).length > 0;
  }

  get keys(): VaultKeys {
    return this.#options.keys;
  }

  /** The last record at the store of each writer that counts, as of the last look. */
  get heads(): Heads {
    return this.#atStore.heads;
  }

  /** How many of its sessions were saved before it was sealed later, and lie readable since. */
  get readableSessions(): number {
    const { sessions, trash } = this.#whole;
    return this.isSealed ? [...sessions, ...trash].filter(({ writer, seq }) => seq <= lastReadable(this.#options.description, writer)).length : 0;
  }

  /** Nothing counts any more that a device saves from now on. */
  isTakenOut(device: string): boolean {
    const ends = endsOf(this.#options.description);
    const writers = this.#state.devices.get(device)?.writers ?? [];
    return writers.length > 0 && writers.every((writer) => ends.has(writer));
  }

  /** What the last look found and does not use. */
  get refused(): readonly RefusedRecords[] {
    return this.#atStore.refused;
  }

  /** ISO time of the last look at the store that succeeded; undefined if there never was one. */
  get refreshedAt(): string | undefined {
    return this.#atStore.refreshedAt;
  }

  /** What is wrong with the logs of single writers at the store, as of the last look; the others are shown all the same. */
  get distrusted(): ReadonlyMap<string, ConvoSyncError> {
    return this.#atStore.distrusted;
  }

  /**
   * What is wrong with the log that this device writes: nothing can be added to it. Nor to a vault of which nothing is left,
   * which would begin anew with this device's log alone.
   */
  get ownProblem(): ConvoSyncError | undefined {
    return this.distrusted.get(this.#writer.id) ?? [...this.distrusted.values()].find(({ details }) => details['reason'] === 'vault-gone');
  }

  /** This home came from another machine: a new writer of the same device goes on. */
  get wasCopied(): boolean {
    return this.#copied;
  }

  get place(): string | undefined {
    return this.#options.backend?.describe();
  }

  /** What two devices compare, to be sure that they are shown the same: of the state at the last look. */
  stateCode(): Promise<string> {
    return stateCode(this.#options.description, this.heads);
  }

  /**
   * Looks at the store, proves what is new there and takes it over.
   *
   * @param refreshBackend how to bring the backend up to date; by default its own `refresh`
   * @throws whatever the backend throws; the state of before stays. Logs that cannot be proven are in `distrusted`
   */
  async refresh(signal?: AbortSignal, refreshBackend?: () => Promise<void>): Promise<void> {
    const { backend } = this.#options;
    if (!backend) {
      return this.readCached(signal);
    }
    await this.#atStore.look(backend, refreshBackend, signal);
    await this.#takeOver();
    await this.#remember();
  }

  /** The state as of the last look at the store, for when it cannot be reached or trusted. */
  async readCached(signal?: AbortSignal): Promise<void> {
    await this.#recall(signal);
    await this.#atStore.recallWhen();
  }

  /**
   * Begins writing, once the vault's lock is held: takes over what another process of this device did meanwhile, and
   * makes sure that the store's end of this writer's log is where this device left it.
   *
   * @throws ConvoSyncError `vault-rolled-back`, and whatever else is wrong with that log
   */
  async takeUp(signal?: AbortSignal): Promise<void> {
    const { home, description, fingerprint } = this.#options;
    const { writer, copied } = await Writer.load(home, description.id, fingerprint);
    await this.#outbox.sealFor(description.epoch);
    const waiting = await this.#outbox.records();
    const isCurrent = writer.id === this.#writer.id && writer.published === this.#writer.published && [...waiting.keys()].join() === [...this.#waiting].join();
    this.#writer = writer;
    this.#copied ||= copied;
    if (!isCurrent) {
      await this.#recall(signal);
    }
    if (this.#isOver([...waiting].map(([name, bytes]) => readOwnRecord(name, bytes)))) {
      this.#options.logger.warn('the vault takes nothing more from this writer: continuing as a new one of the same device');
      await this.#writer.replace();
    }
    if ([...waiting].some(([name, bytes]) => readOwnRecord(name, bytes).writer !== writer.id)) {
      await this.#signAnew();
      await this.#takeOver();
    }
    if (this.ownProblem) {
      throw this.ownProblem;
    }
    if (this.#condemned.retired.has(writer.id)) {
      this.#options.logger.warn('another device has retired this writer: continuing as a new one of the same device');
      await this.#writer.replace();
      await this.#signAnew();
      await this.#takeOver();
    }
    if (this.#atStore.looked && (await this.#reconcile([...(await this.#outbox.records()).keys()]))) {
      await this.#takeOver();
    }
  }

  /**
   * Seals a record into the outbox: from here on it is saved on this device, and `send` makes it visible to others.
   *
   * @param code the branch that has to become visible in the same instant
   */
  async append(body: KnownBody, code?: { commit: string; branch: string }): Promise<void> {
    const pending = [...(await this.#outbox.records()).keys()];
    let previous = pending.at(-1) ?? this.#writer.published;
    previous ??= await this.#sign(this.#introduction(), undefined);
    const { device, recipient } = this.#options;
    const known = this.#state.devices.get(device.id);
    if (known && (known.device.name !== device.name || known.device.kind !== device.kind || (recipient !== undefined && !known.recipients.includes(recipient)))) {
      previous = await this.#sign({ type: 'device', device, recipient }, previous);
    }
    await this.#sign(body, previous, code);
    this.#merge();
  }

  /** Takes back what was sealed and never sent; false when that is not certain, or something else was sealed since. */
  async takeBack(session: string): Promise<boolean> {
    const log = this.#logs.get(this.#writer.id) ?? [];
    const taken = log.slice(log.findLastIndex(({ body }) => body?.type !== 'session' || body.summary.id !== session) + 1);
    const isCertain = this.#atStore.looked || this.#options.backend === undefined;
    if (!isCertain || taken.length === 0 || !taken.every(({ name }) => this.#waiting.has(name))) {
      return false;
    }
    for (const { name } of taken.reverse()) {
      await this.#outbox.removeRecord(name);
      this.#waiting.delete(name);
    }
    this.#added = this.#added.filter(({ name }) => this.#waiting.has(name));
    this.#merge();
    return true;
  }

  /** The code that waits to be pushed together with the last sealed record. */
  async pendingCode(): Promise<{ commit: string; branch: string } | undefined> {
    return this.#outbox.pendingCode();
  }

  /** Lets the sessions go without the branch: their commits are bundled in them. */
  async dropPendingCode(): Promise<void> {
    await this.#outbox.dropCode();
  }

  /**
   * Sends the outbox: all of it becomes visible, together with its code where the backend can, or nothing does. Where it
   * cannot, the code goes first: a session is never visible before the branch that it promises.
   */
  async send({ pushCode, signal }: SendOptions): Promise<SendResult> {
    const { backend, documents, description } = this.#options;
    if (backend && this.#waiting.size > 0) {
      await this.#storeEndangered(signal);
    }
    const records = await this.#outbox.records();
    const last = [...records.keys()].at(-1);
    if (last === undefined) {
      return 'nothing-to-send';
    }
    if (!backend) {
      return 'no-place';
    }
    const isFounded = await this.slots.areStored(signal);
    const sizes = await this.#outbox.objectSizes();
    const portions = portionsOf(sizes);
    const founding = isFounded ? [] : [...documents].map(([document, bytes]) => ({ key: document, bytes }));
    const code = await this.#outbox.pendingCode();
    const { carriesCode } = backend.capabilities;
    if (code && !carriesCode) {
      await pushCode(code);
    }
    const batch = { writer: this.#writer.id, expected: this.#writer.published };
    for (const [index, portion] of portions.slice(0, -1).entries()) {
      await backend.publish({ ...batch, objects: [...(index === 0 ? founding : []), ...(await this.#sealed(portion))], records: [] }, signal);
    }
    await backend.publish({
      ...batch,
      objects: [...(portions.length > 1 ? [] : founding), ...(await this.#sealed(portions.at(-1) ?? [])), ...(await this.#packs(backend, last, signal))],
      records: [...(await this.#outbox.sealedRecords())].map(([name, bytes]) => ({ key: key.record(this.#writer.id, name), bytes })),
      ...(code && carriesCode ? { code: { commit: code.commit, branch: code.branch } } : {}),
    }, signal);
    const { id } = this.#writer;
    const log = this.#logs.get(id) ?? [];
    await this.#atStore.extend(backend, id, log, records);
    await this.#writer.markPublished(last);
    await this.#outbox.clear([...records.keys()]);
    this.#options.logger.info(`sent ${records.size} record(s) and ${sizes.size} object(s) of vault ${description.id.slice(0, 8)}`);
    this.#waiting.clear();
    this.#added = [];
    this.#merge();
    await this.#remember();
    return 'sent';
  }

  /**
   * Puts objects there again that are damaged or gone at the store, under the vault's lock: under this device's writer, from
   * the outbox. What is damaged under another's is taken away, so that these are found.
   */
  async mend(places: readonly ObjectPlace[], signal?: AbortSignal): Promise<void> {
    const { backend } = this.#options;
    if (backend && places.length > 0) {
      try {
        await this.#mendAt(backend, places, signal);
      } finally {
        await this.#outbox.clear([]);
      }
    }
  }

  async #mendAt(backend: Backend, places: readonly ObjectPlace[], signal?: AbortSignal): Promise<void> {
    const { id, published } = this.#writer;
    const sizes = [...(await this.#outbox.objectSizes())].filter(([name]) => places.some((place) => place.name === name));
    for (const portion of portionsOf(new Map(sizes))) {
      await backend.publish({ writer: id, expected: published, replaces: true, objects: await this.#sealed(portion), records: [] }, signal);
    }
    if (published === undefined && this.#waiting.size === 0) {
      // Others look for objects under writers that have a log.
      await this.#sign(this.#introduction(), undefined);
      await this.send({ pushCode: () => Promise.resolve(), signal });
    }
    const elsewhere = places.filter(({ writer }) => writer !== id);
    if (elsewhere.length > 0) {
      await backend.remove(elsewhere.map(({ writer, name }) => key.chunk(writer, name)), signal);
    }
    this.#options.logger.info(`mended ${places.length} object(s)`);
  }

  /**
   * Puts all that the store holds of the vault into another one, and proves that it is there. Can be repeated.
   *
   * @throws ConvoSyncError `storage-conflict` where the other has something else under the same names; `vault-not-found`
   * where nothing was ever sent
   */
  async copyTo(target: Backend, { onCopied, signal }: { onCopied: (bytes: number) => void; signal?: AbortSignal | undefined }): Promise<void> {
    const { backend, description } = this.#options;
    if (!backend || !(await this.slots.areStored(signal))) {
      throw new ConvoSyncError('vault-not-found', 'Nothing of the vault is at its place yet.', { details: { vault: description.id } });
    }
    await copyVault(backend, target, { onCopied, signal });
  }

  /**
   * Gives space back, under the vault's lock and right after a look (see `cleaning`).
   *
   * @throws ConvoSyncError why the manifest of a session, which may need anything, cannot be read
   */
  async clean({ send, ...options }: CleanOptions & { send: () => Promise<void> }): Promise<CleanReport> {
    const { backend, home, description, now } = this.#options;
    const { cleanVault, nothingCleaned } = await import('./cleaning.ts');
    if (!backend) {
      return nothingCleaned;
    }
    return cleanVault({
      backend, contents: this.contents, writer: this.#writer.id, logs: () => this.#logs, state: () => this.#whole, distrusted: this.distrusted.size,
      seen: await FirstSeen.load(home, description.id), uses: this.#uses, now: now(), append: (body) => this.append(body), send,
      noteMoved: (moved) => noteMoved(home, description.id, moved, description.epoch),
    }, options);
  }

  /**
   * What waits to be sent may build on objects that another writer is about to take away, or bring back a session that it gives
   * up: then this device stores them too, under its own name, before anybody counts on them. Last a look that is not old.
   */
  async #storeEndangered(signal?: AbortSignal): Promise<void> {
    const { now, home, description } = this.#options;
    if (this.#atStore.looked && now().getTime() - Date.parse(this.refreshedAt ?? '') > freshLook) {
      await this.refresh(signal);
    }
    const { isEmpty, isEndangered, isGone, isGivenUp } = this.#condemned;
    if (isEmpty) {
      return;
    }
    const log = (this.#logs.get(this.#writer.id) ?? []).filter(({ name }) => this.#waiting.has(name));
    const ids = new Set(log.flatMap(({ body }) => (body?.type === 'session' ? [body.summary.id] : body?.type === 'restored' || body?.type === 'pinned' ? [body.session] : [])));
    const moved = new Map<string, ObjectPlace>();
    for (const session of this.#whole.sessions.filter(({ outline }) => ids.has(outline.id))) {
      const places = (await this.contents.objectsOf(session, signal)).filter((place) => isEndangered(place) || (session.queued && isGone(place)));
      const record = this.#logs.get(session.writer)?.[session.seq - 1]?.name ?? '';
      if (places.length > 0 || isGivenUp(record)) {
        const manifest = await this.contents.storeAgain(session, places, signal);
        const code = await this.#outbox.pendingCode();
        await this.append({ type: 'session', summary: { ...session.summary, manifest } }, code && { commit: code.commit, branch: code.branch });
        places.forEach(({ name }) => moved.set(name, { name, writer: this.#writer.id }));
      }
    }
    if (moved.size > 0) {
      await noteMoved(home, description.id, moved);
    }
  }

  #remember(): Promise<void> {
    return this.#atStore.remember(isVouched(this.#options.now(), newestRecords(this.#logs, this.#whole.devices, this.#writer.id)));
  }

  /** Objects of the outbox as they are to lie at the store. */
  #sealed(names: readonly string[]): Promise<StoredObject[]> {
    return Promise.all(names.map(async (name) => ({ key: key.chunk(this.#writer.id, name), bytes: await this.#outbox.sealedObject(name) })));
  }

  /** Packs of this log's older records, now and then, and of those that lie readable. Nobody needs them: whatever goes wrong with them stops nothing. */
  async #packs(backend: Backend, last: string, signal?: AbortSignal): Promise<StoredObject[]> {
    const { id: writer, published } = this.#writer;
    const readable = lastReadable(this.#options.description, writer);
    if (readable === 0 && !passesPack(published, last)) {
      return [];
    }
    try {
      return await packsToSend(backend, this.#seal, { writer, records: this.#atStore.logs.get(writer) ?? [], readable }, signal);
    } catch (error) {
      if (!ConvoSyncError.is(error) || error.code === 'cancelled') {
        throw error;
      }
      this.#options.logger.warn(`the log is not packed: ${error.message}`);
      return [];
    }
  }

  get description(): VaultDescription {
    return this.#options.description;
  }

  #introduction(): KnownBody {
    const { description: { id: vault, epoch }, keys, device, recipient } = this.#options;
    return {
      type: 'introduced',
      certificate: certify({ vault, epoch, writer: this.#writer.id, publicKey: this.#writer.publicKey }, keys.identity),
      device,
      recipient,
      ...(this.#writer.continues === undefined ? {} : { continues: this.#writer.continues }),
    };
  }

  async #sign(body: KnownBody, previous: string | undefined, code?: { commit: string; branch: string }): Promise<string> {
    const { description } = this.#options;
    const record = signRecord({
      vault: description.id,
      epoch: description.epoch,
      writer: this.#writer.id,
      seq: previous === undefined ? 1 : sequenceOf(previous) + 1,
      prev: previous ?? null,
      heads: headsToTell(this.#logs, this.#writer.id),
      body,
    }, this.#writer.key, this.#clock);
    if (body.type === 'session') {
      await this.#outbox.noteSession(record.name, body.summary.id);
    }
    await this.#outbox.addRecord(record.name, record.bytes, code);
    this.#added = [...this.#added, readOwnRecord(record.name, record.bytes)];
    this.#waiting.add(record.name);
    return record.name;
  }

  /** Whether nobody takes anything from this writer any more: it was taken out, or began in an epoch that is over and is unknown to the next. */
  #isOver(waiting: readonly LogRecord[]): boolean {
    const { id } = this.#writer;
    const { description } = this.#options;
    const introduction = waiting.find(({ writer, seq }) => writer === id && seq === 1)?.body;
    return endsOf(description).has(id) || this.refused.some(({ writer }) => writer === id) || (introduction?.type === 'introduced' && introduction.certificate.epoch !== description.epoch);
  }

  /** Compares the store's end of this writer's log with where this device left it; true when something had to change. */
  async #reconcile(waiting: readonly string[]): Promise<boolean> {
    const { id, published } = this.#writer;
    const stored = this.#atStore.logs.get(id)?.at(-1)?.name;
    if (stored === published) {
      return false;
    }
    if (stored !== undefined && waiting.includes(stored)) {
      // The sending had arrived, and this device did not live to note it down.
      await this.#writer.markPublished(stored);
      await this.#outbox.clear(waiting.filter((name) => name <= stored));
      return true;
    }
    if (published !== undefined && (stored === undefined || sequenceOf(stored) < sequenceOf(published))) {
      throw new ConvoSyncError('vault-rolled-back', 'The storage shows an older state than this device wrote.', {
        details: { object: published, writer: this.#writer.id, witness: 'this device', found: stored ?? 'nothing' },
      });
    }
    this.#options.logger.warn('another machine wrote this writer’s log: continuing as a new writer of the same device');
    await this.#writer.replace();
    this.#copied = true;
    await this.#signAnew();
    return true;
  }

  /** Signs what waits under another writer's log anew under this one's: the other log is someone else's from here on. */
  async #signAnew(): Promise<void> {
    this.#added = this.#added.filter(({ writer }) => writer === this.#writer.id);
    const records = [...(await this.#outbox.records())].map(([name, bytes]) => readOwnRecord(name, bytes));
    const own = records.filter(({ writer }) => writer === this.#writer.id);
    const others = records.filter((record) => !own.includes(record));
    const bodies = others.flatMap(({ name, body }) => (this.#waiting.has(name) && body && body.type !== 'introduced' ? [body] : []));
    const code = await this.#outbox.pendingCode();
    let previous = own.at(-1)?.name ?? this.#writer.published;
    if (bodies.length > 0) {
      previous ??= await this.#sign(this.#introduction(), undefined);
    }
    for (const [index, body] of bodies.entries()) {
      previous = await this.#sign(body, previous, index === bodies.length - 1 && code ? { commit: code.commit, branch: code.branch } : undefined);
    }
    for (const { name } of others) {
      await this.#outbox.removeRecord(name);
    }
  }

  async #recall(signal?: AbortSignal): Promise<void> {
    const { id, published } = this.#writer;
    await this.#atStore.recall(published === undefined ? {} : { [id]: published }, signal);
    await this.#takeOver();
  }

  /** Makes the logs that are at the store, and what waits here to go on from them, the state of this vault. */
  async #takeOver(): Promise<void> {
    const { id } = this.#writer;
    const outbox = await this.#outbox.records();
    const waiting = [...outbox].filter(([name]) => !this.#isStored(name)).map(([name, bytes]) => readOwnRecord(name, bytes));
    const own = waiting.filter(({ writer }) => writer === id);
    const goesOn = own[0]?.prev === (this.heads[id] ?? null);
    this.#waiting = new Set(waiting.map(({ name }) => name));
    this.#added = goesOn ? await this.#atStore.proveBeyond(id, new Map(own.map(({ name }) => [name, outbox.get(name) ?? new Uint8Array()]))) : [];
    this.#stranded = waiting.filter((record) => !goesOn || !own.includes(record));
    const { latest, clocksAhead } = this.#merge();
    this.#clock.observe(latest);
    clocksAhead.forEach((writer) => this.#options.logger.warn(`the clock of writer ${writer} runs more than a day ahead`));
  }

  /** A record may be at the store already, when this device did not live to note it down. */
  #isStored(name: string): boolean {
    return [...this.#atStore.logs.values()].some((log) => log[sequenceOf(name) - 1]?.name === name);
  }

  /** The logs that are at the store, with what waits here. */
  get #logs(): ReadonlyMap<string, readonly LogRecord[]> {
    const { logs } = this.#atStore;
    const { id } = this.#writer;
    return this.#added.length === 0 ? logs : new Map([...logs, [id, [...(logs.get(id) ?? []), ...this.#added]]]);
  }

  get #condemned(): Condemned {
    return (this.#knownCondemned ??= readCondemned(this.#logs, this.#writer.id));
  }

  /** Makes what the logs say together, with what waits here, the state of this vault. */
  #merge(): { latest: Timestamp; clocksAhead: readonly string[] } {
    const now = this.#options.now();
    const [first] = this.#stranded;
    const introduced = first ? [{ ...first, writer: this.#writer.id, saves: undefined, body: this.#introduction() }] : [];
    const merged = this.#atStore.merged(now).with([...this.#added, ...introduced, ...this.#stranded], now);
    const state = merged.state(this.#waiting);
    this.#whole = state;
    this.#knownCondemned = undefined;
    const { isShown } = this.#options;
    this.#state = isShown ? { ...state, sessions: state.sessions.filter(({ outline }) => isShown(outline)), trash: state.trash.filter(({ outline }) => isShown(outline)) } : state;
    this.#holdsOthers = state.sessions.length + state.trash.length > this.#state.sessions.length + this.#state.trash.length;
    return { latest: merged.latest, clocksAhead: state.clocksAhead };
  }
}
