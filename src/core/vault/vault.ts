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
import { FaultyObjects } from './faultyObjects.ts';
import { KeptManifests } from './keptManifests.ts';
import { FirstSeen } from './firstSeen.ts';
import { noteMoved } from './installMap.ts';
import { type Heads, lastReadable, type RefusedRecords } from './log.ts';
import { passesPack } from './logObjects.ts';
import { LogsAtStore } from './logsAtStore.ts';
import type { ObjectPlace } from './object.ts';
import { Outbox, outboxFolder } from './outbox.ts';
import { OwnLog } from './ownLog.ts';
import { portionsOf } from './portions.ts';
import type { KnownBody } from './record.ts';
import { type Seal, sealWith } from './seal.ts';
import { SessionContents } from './sessionContents.ts';
import { SessionUses } from './sessionUses.ts';
import { SlotStore } from './slotStore.ts';
import { stateCode } from './stateCode.ts';
import type { VaultState } from './state.ts';
import { packsToSend } from './storedLogs.ts';
import { VaultObjects } from './vaultObjects.ts';
import { type LoadedWriter, Writer } from './writer.ts';

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
  readonly #own: OwnLog;
  readonly #uses: SessionUses;
  readonly #faulty: FaultyObjects;
  /** Undefined while nobody has asked for it. */
  #knownCondemned: Condemned | undefined;
  /** What is shown of it all, and all of it. */
  #whole: VaultState = { sessions: [], trash: [], leaving: [], devices: new Map(), clocksAhead: [] };
  #state: VaultState = { sessions: [], trash: [], leaving: [], devices: new Map(), clocksAhead: [] };
  #holdsOthers = false;

  private constructor(options: VaultOptions, writer: LoadedWriter, faulty: FaultyObjects) {
    this.#options = options;
    this.#faulty = faulty;
    this.#seal = sealWith(options.keys.epochs, { wasReadable: options.description.epochs.some(({ sealed }) => !sealed) });
    this.#outbox = new Outbox(outboxFolder(options.home, options.description.id), this.#seal);
    this.#clock = new Clock(options.now);
    this.#atStore = new LogsAtStore({ ...options, seal: this.#seal });
    this.#own = new OwnLog({ ...options, outbox: this.#outbox, clock: this.#clock, atStore: this.#atStore }, writer);
    const { home, description: { id }, documents, backend, keys: { nameKeys } } = options;
    this.slots = new SlotStore({ home, vault: id, documents, backend });
    this.contents = new SessionContents({
      outbox: this.#outbox,
      objects: new VaultObjects(this.#outbox, backend, this.#seal),
      place: backend?.describe(),
      kept: new KeptManifests(path.join(home.vaultsFolder, id, 'manifests'), this.#seal),
      nameKeys,
      writer: () => this.#own.id,
      writers: () => [...this.#own.logs.keys()],
      isGone: (place) => this.#faulty.has(place.name) || this.#condemned.isGone(place),
      sealedSince: options.description.epochs.find(({ sealed }) => sealed)?.epoch ?? 1,
    });
    this.#uses = new SessionUses(path.join(home.vaultsFolder, id, 'session-uses'), this.contents);
  }

  /** Opens without touching the network; call `refresh` or `readCached` before asking for its state. */
  static async open(options: VaultOptions): Promise<Vault> {
    const { home, description: { id }, fingerprint } = options;
    return new Vault(options, await Writer.load(home, id, fingerprint), await FaultyObjects.load(home, id));
  }

  get id(): string {
    return this.#options.description.id;
  }

  get state(): VaultState {
    return this.#state;
  }

  /** Sessions of other repositories too, which a look at this one does not show. */
  get everySession(): VaultState['sessions'] {
    return this.#whole.sessions;
  }

  /** Only the owner's devices can read what it holds. */
  get isSealed(): boolean {
    return this.#options.description.sealed;
  }

  /** Something on this device is not at its place yet. */
  get isWaiting(): boolean {
    return this.#own.waiting.size > 0;
  }

  /** It holds sessions that are not shown here: those of other repositories. */
  get holdsOthers(): boolean {
    return this.#holdsOthers;
  }

  /** Something of it has been at a store, as far as this device knows. */
  get wasSent(): boolean {
    return this.#own.published !== undefined || Object.keys(this.heads).length > 0;
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
    return this.distrusted.get(this.#own.id) ?? [...this.distrusted.values()].find(({ details }) => details['reason'] === 'vault-gone');
  }

  /** This home came from another machine: a new writer of the same device goes on. */
  get wasCopied(): boolean {
    return this.#own.wasCopied;
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
    await this.#outbox.sealFor(this.#options.description.epoch);
    if (!(await this.#own.isCurrent())) {
      await this.#recall(signal);
    }
    if (await this.#own.leaveIfOver(this.refused)) {
      await this.#takeOver();
    }
    if (this.ownProblem) {
      throw this.ownProblem;
    }
    if (await this.#own.leaveIfRetired(this.#condemned.retired)) {
      await this.#takeOver();
    }
    if (this.#atStore.looked && (await this.#own.reconcile())) {
      await this.#takeOver();
    }
  }

  /**
   * Seals a record into the outbox: from here on it is saved on this device, and `send` makes it visible to others.
   *
   * @param code the branch that has to become visible in the same instant
   */
  async append(body: KnownBody, code?: { commit: string; branch: string }): Promise<void> {
    await this.#own.append(body, this.#state.devices.get(this.#options.device.id), code);
    this.#merge();
  }

  /** Takes back what was sealed and never sent; false when that is not certain, or something else was sealed since. */
  async takeBack(session: string): Promise<boolean> {
    const isCertain = this.#atStore.looked || this.#options.backend === undefined;
    if (!isCertain || !(await this.#own.takeBack(session))) {
      return false;
    }
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
    if (backend && this.isWaiting) {
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
    const batch = { writer: this.#own.id, expected: this.#own.published, replaces: [...sizes.keys()].some((name) => this.#faulty.has(name)) };
    for (const [index, portion] of portions.slice(0, -1).entries()) {
      await backend.publish({ ...batch, objects: [...(index === 0 ? founding : []), ...(await this.#sealed(portion))], records: [] }, signal);
    }
    await backend.publish({
      ...batch,
      objects: [...(portions.length > 1 ? [] : founding), ...(await this.#sealed(portions.at(-1) ?? [])), ...(await this.#packs(backend, last, signal))],
      records: [...(await this.#outbox.sealedRecords())].map(([name, bytes]) => ({ key: key.record(this.#own.id, name), bytes })),
      ...(code && carriesCode ? { code: { commit: code.commit, branch: code.branch } } : {}),
    }, signal);
    const { id } = this.#own;
    await this.#atStore.extend(backend, id, this.#own.logs.get(id) ?? [], records);
    await this.#own.markSent([...records.keys()]);
    this.#options.logger.info(`sent ${records.size} record(s) and ${sizes.size} object(s) of vault ${description.id.slice(0, 8)}`);
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

  /** Notes what a check could not mend, by name, in place of what the last one noted. */
  async noteFaulty(names: readonly string[]): Promise<void> {
    await this.#faulty.keep(names);
  }

  async #mendAt(backend: Backend, places: readonly ObjectPlace[], signal?: AbortSignal): Promise<void> {
    const { id, published } = this.#own;
    const sizes = [...(await this.#outbox.objectSizes())].filter(([name]) => places.some((place) => place.name === name));
    for (const portion of portionsOf(new Map(sizes))) {
      await backend.publish({ writer: id, expected: published, replaces: true, objects: await this.#sealed(portion), records: [] }, signal);
    }
    if (published === undefined && !this.isWaiting) {
      // Others look for objects under writers that have a log.
      await this.#own.introduce();
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
      backend, contents: this.contents, writer: this.#own.id, logs: () => this.#own.logs, state: () => this.#whole, distrusted: this.distrusted.size,
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
    const log = (this.#own.logs.get(this.#own.id) ?? []).filter(({ name }) => this.#own.waiting.has(name));
    const ids = new Set(log.flatMap(({ body }) => (body?.type === 'session' ? [body.summary.id] : body?.type === 'restored' || body?.type === 'pinned' ? [body.session] : [])));
    const moved = new Map<string, ObjectPlace>();
    for (const session of this.#whole.sessions.filter(({ outline }) => ids.has(outline.id))) {
      const places = (await this.contents.objectsOf(session, signal)).filter((place) => isEndangered(place) || (session.queued && isGone(place)));
      const record = this.#own.logs.get(session.writer)?.[session.seq - 1]?.name ?? '';
      if (places.length > 0 || isGivenUp(record)) {
        const manifest = await this.contents.storeAgain(session, places, signal);
        const code = await this.#outbox.pendingCode();
        await this.append({ type: 'session', summary: { ...session.summary, manifest } }, code && { commit: code.commit, branch: code.branch });
        places.forEach(({ name }) => moved.set(name, { name, writer: this.#own.id }));
      }
    }
    if (moved.size > 0) {
      await noteMoved(home, description.id, moved);
    }
  }

  #remember(): Promise<void> {
    return this.#atStore.remember(isVouched(this.#options.now(), newestRecords(this.#own.logs, this.#whole.devices, this.#own.id)));
  }

  /** Objects of the outbox as they are to lie at the store. */
  #sealed(names: readonly string[]): Promise<StoredObject[]> {
    return Promise.all(names.map(async (name) => ({ key: key.chunk(this.#own.id, name), bytes: await this.#outbox.sealedObject(name) })));
  }

  /** Packs of this log's older records, now and then, and of those that lie readable. Nobody needs them: whatever goes wrong with them stops nothing. */
  async #packs(backend: Backend, last: string, signal?: AbortSignal): Promise<StoredObject[]> {
    const { id: writer, published } = this.#own;
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

  async #recall(signal?: AbortSignal): Promise<void> {
    const { id, published } = this.#own;
    await this.#atStore.recall(published === undefined ? {} : { [id]: published }, signal);
    await this.#takeOver();
  }

  /** Makes the logs that are at the store, and what waits here to go on from them, the state of this vault. */
  async #takeOver(): Promise<void> {
    await this.#own.goOn();
    const { latest, clocksAhead } = this.#merge();
    this.#clock.observe(latest);
    clocksAhead.forEach((writer) => this.#options.logger.warn(`the clock of writer ${writer} runs more than a day ahead`));
  }

  get #condemned(): Condemned {
    return (this.#knownCondemned ??= readCondemned(this.#own.logs, this.#own.id));
  }

  /** Makes what the logs say together, with what waits here, the state of this vault. */
  #merge(): { latest: Timestamp; clocksAhead: readonly string[] } {
    const now = this.#options.now();
    const merged = this.#atStore.merged(now).with(this.#own.beyond(), now);
    const state = merged.state(this.#own.waiting);
    this.#whole = state;
    this.#knownCondemned = undefined;
    const { isShown } = this.#options;
    this.#state = isShown ? { ...state, sessions: state.sessions.filter(({ outline }) => isShown(outline)), trash: state.trash.filter(({ outline }) => isShown(outline)) } : state;
    this.#holdsOthers = state.sessions.length + state.trash.length > this.#state.sessions.length + this.#state.trash.length;
    return { latest: merged.latest, clocksAhead: state.clocksAhead };
  }
}
