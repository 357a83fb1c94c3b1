/**
 * The log that this device writes. New records are signed into the outbox, where they wait, and go on from the store's end of
 * the log. Where that turns out to be someone else's by now (a copied home, a device that was taken out or retired), a new
 * writer of the same device goes on, and signs anew what waits. All that writes runs under the vault's lock.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import type { Home } from '../home/home.ts';
import type { Device } from '../session/device.ts';
import type { Clock } from './clock.ts';
import type { VaultDescription } from './description.ts';
import { endsOf } from './epochs.ts';
import type { VaultKeys } from './keysDocument.ts';
import { headsToTell, type RefusedRecords } from './log.ts';
import type { LogsAtStore } from './logsAtStore.ts';
import type { Outbox } from './outbox.ts';
import { certify, type KnownBody, type LogRecord, readOwnRecord, sequenceOf, signRecord } from './record.ts';
import type { KnownDevice } from './state.ts';
import { type LoadedWriter, Writer } from './writer.ts';

export interface OwnLogOptions {
  home: Home;
  description: VaultDescription;
  keys: VaultKeys;
  recipient?: string | undefined;
  device: Device;
  fingerprint: string;
  logger: Logger;
  outbox: Outbox;
  clock: Clock;
  atStore: LogsAtStore;
}

/** A branch that has to become visible in the same instant as a record. */
interface WaitingCode {
  commit: string;
  branch: string;
}

export class OwnLog {
  readonly #options: OwnLogOptions;
  #writer: Writer;
  #copied: boolean;
  #waiting = new Set<string>();
  /** Of what waits, that which goes on where the store's end of this log is. */
  #added: readonly LogRecord[] = [];
  /** The rest, which has to be signed anew. */
  #stranded: LogRecord[] = [];

  constructor(options: OwnLogOptions, { writer, copied }: LoadedWriter) {
    this.#options = options;
    this.#writer = writer;
    this.#copied = copied;
  }

  /** The writer that this device writes as just now. */
  get id(): string {
    return this.#writer.id;
  }

  /** Name of its last record at the store, as far as this device knows. */
  get published(): string | undefined {
    return this.#writer.published;
  }

  get wasCopied(): boolean {
    return this.#copied;
  }

  /** Names of the records that are signed and not sent. */
  get waiting(): ReadonlySet<string> {
    return this.#waiting;
  }

  /** The logs that are at the store, this one with what waits here. */
  get logs(): ReadonlyMap<string, readonly LogRecord[]> {
    const { logs } = this.#options.atStore;
    return this.#added.length === 0 ? logs : new Map([...logs, [this.id, [...(logs.get(this.id) ?? []), ...this.#added]]]);
  }

  /** What this device has to say beyond what is at the store. */
  beyond(): LogRecord[] {
    const [first] = this.#stranded;
    const introduced = first ? [{ ...first, writer: this.id, saves: undefined, body: this.#introduction() }] : [];
    return [...this.#added, ...introduced, ...this.#stranded];
  }

  /** Takes over the writer as it is on disk; false where another process of this device has written meanwhile, so that `goOn` is due. */
  async isCurrent(): Promise<boolean> {
    const { home, description, fingerprint, outbox } = this.#options;
    const { writer, copied } = await Writer.load(home, description.id, fingerprint);
    const waiting = await outbox.records();
    const isCurrent = writer.id === this.id && writer.published === this.published && [...waiting.keys()].join() === [...this.#waiting].join();
    this.#writer = writer;
    this.#copied ||= copied;
    return isCurrent;
  }

  /** Sorts what waits by whether it goes on from the store's end of this log. */
  async goOn(): Promise<void> {
    const { outbox, atStore } = this.#options;
    const records = await outbox.records();
    const waiting = [...records].filter(([name]) => !this.#isStored(name)).map(([name, bytes]) => readOwnRecord(name, bytes));
    const own = waiting.filter(({ writer }) => writer === this.id);
    const goesOn = own[0]?.prev === (atStore.heads[this.id] ?? null);
    this.#waiting = new Set(waiting.map(({ name }) => name));
    this.#added = goesOn ? await atStore.proveBeyond(this.id, new Map(own.map(({ name }) => [name, records.get(name) ?? new Uint8Array()]))) : [];
    this.#stranded = waiting.filter((record) => !goesOn || !own.includes(record));
  }

  /**
   * Where nobody takes anything from this writer any more, a new one goes on: it was taken out, or began in an epoch that is over
   * and is unknown to the next. True where something was signed anew.
   */
  async leaveIfOver(refused: readonly RefusedRecords[]): Promise<boolean> {
    const { description, outbox, logger } = this.#options;
    const waiting = [...(await outbox.records())].map(([name, bytes]) => readOwnRecord(name, bytes));
    const introduction = waiting.find(({ writer, seq }) => writer === this.id && seq === 1)?.body;
    const isUnknown = introduction?.type === 'introduced' && introduction.certificate.epoch !== description.epoch;
    if (endsOf(description).has(this.id) || refused.some(({ writer }) => writer === this.id) || isUnknown) {
      logger.warn('the vault takes nothing more from this writer: continuing as a new one of the same device');
      await this.#writer.replace();
    }
    const hasOthers = waiting.some(({ writer }) => writer !== this.id);
    if (hasOthers) {
      await this.#signAnew();
    }
    return hasOthers;
  }

  /** The same where another device has retired this writer. */
  async leaveIfRetired(retired: ReadonlySet<string>): Promise<boolean> {
    if (!retired.has(this.id)) {
      return false;
    }
    this.#options.logger.warn('another device has retired this writer: continuing as a new one of the same device');
    await this.#writer.replace();
    await this.#signAnew();
    return true;
  }

  /**
   * Compares the store's end of this log with where this device left it; true when something had to change.
   *
   * @throws ConvoSyncError `vault-rolled-back`
   */
  async reconcile(): Promise<boolean> {
    const { outbox, atStore, logger } = this.#options;
    const { published } = this;
    const stored = atStore.logs.get(this.id)?.at(-1)?.name;
    if (stored === published) {
      return false;
    }
    const waiting = [...(await outbox.records()).keys()];
    if (stored !== undefined && waiting.includes(stored)) {
      // The sending had arrived, and this device did not live to note it down.
      await this.#writer.markPublished(stored);
      await outbox.clear(waiting.filter((name) => name <= stored));
      return true;
    }
    if (published !== undefined && (stored === undefined || sequenceOf(stored) < sequenceOf(published))) {
      throw new ConvoSyncError('vault-rolled-back', 'The storage shows an older state than this device wrote.', {
        details: { object: published, writer: this.id, witness: 'this device', found: stored ?? 'nothing' },
      });
    }
    logger.warn('another machine wrote this writer’s log: continuing as a new writer of the same device');
    await this.#writer.replace();
    this.#copied = true;
    await this.#signAnew();
    return true;
  }

  /** @param known what the vault says of this device so far; what is not so any more is said anew */
  async append(body: KnownBody, known: KnownDevice | undefined, code?: WaitingCode): Promise<void> {
    const { device, recipient, outbox } = this.#options;
    const pending = [...(await outbox.records()).keys()];
    let previous = pending.at(-1) ?? this.published ?? (await this.introduce());
    if (known && (known.device.name !== device.name || known.device.kind !== device.kind || (recipient !== undefined && !known.recipients.includes(recipient)))) {
      previous = await this.#sign({ type: 'device', device, recipient }, previous);
    }
    await this.#sign(body, previous, code);
  }

  /** Begins the log: with who writes it, and by which right. */
  async introduce(): Promise<string> {
    return this.#sign(this.#introduction(), undefined);
  }

  /** Takes a session back that waits as the last of all; false where something else was signed since, or it does not wait. */
  async takeBack(session: string): Promise<boolean> {
    const log = this.logs.get(this.id) ?? [];
    const taken = log.slice(log.findLastIndex(({ body }) => body?.type !== 'session' || body.summary.id !== session) + 1);
    if (taken.length === 0 || !taken.every(({ name }) => this.#waiting.has(name))) {
      return false;
    }
    for (const { name } of taken.reverse()) {
      await this.#options.outbox.removeRecord(name);
      this.#waiting.delete(name);
    }
    this.#added = this.#added.filter(({ name }) => this.#waiting.has(name));
    return true;
  }

  /** All that waited is at the store: these records, in order. */
  async markSent(records: readonly string[]): Promise<void> {
    const last = records.at(-1);
    if (last !== undefined) {
      await this.#writer.markPublished(last);
    }
    await this.#options.outbox.clear([...records]);
    this.#waiting.clear();
    this.#added = [];
  }

  #introduction(): KnownBody {
    const { description: { id: vault, epoch }, keys, device, recipient } = this.#options;
    return {
      type: 'introduced',
      certificate: certify({ vault, epoch, writer: this.id, publicKey: this.#writer.publicKey }, keys.identity),
      device,
      recipient,
      ...(this.#writer.continues === undefined ? {} : { continues: this.#writer.continues }),
    };
  }

  async #sign(body: KnownBody, previous: string | undefined, code?: WaitingCode): Promise<string> {
    const { description, clock, outbox } = this.#options;
    const record = signRecord({
      vault: description.id,
      epoch: description.epoch,
      writer: this.id,
      seq: previous === undefined ? 1 : sequenceOf(previous) + 1,
      prev: previous ?? null,
      heads: headsToTell(this.logs, this.id),
      body,
    }, this.#writer.key, clock);
    if (body.type === 'session') {
      await outbox.noteSession(record.name, body.summary.id);
    }
    await outbox.addRecord(record.name, record.bytes, code);
    this.#added = [...this.#added, readOwnRecord(record.name, record.bytes)];
    this.#waiting.add(record.name);
    return record.name;
  }

  /** Signs what waits under another writer's log anew under this one's: the other log is someone else's from here on. */
  async #signAnew(): Promise<void> {
    const { outbox } = this.#options;
    this.#added = this.#added.filter(({ writer }) => writer === this.id);
    const records = [...(await outbox.records())].map(([name, bytes]) => readOwnRecord(name, bytes));
    const own = records.filter(({ writer }) => writer === this.id);
    const others = records.filter((record) => !own.includes(record));
    const bodies = others.flatMap(({ name, body }) => (this.#waiting.has(name) && body && body.type !== 'introduced' ? [body] : []));
    const code = await outbox.pendingCode();
    let previous = own.at(-1)?.name ?? this.published;
    if (bodies.length > 0) {
      previous ??= await this.introduce();
    }
    for (const [index, body] of bodies.entries()) {
      previous = await this.#sign(body, previous, index === bodies.length - 1 && code ? { commit: code.commit, branch: code.branch } : undefined);
    }
    for (const { name } of others) {
      await outbox.removeRecord(name);
    }
  }

  /** A record may be at the store already, when this device did not live to note it down. */
  #isStored(name: string): boolean {
    return [...this.#options.atStore.logs.values()].some((log) => log[sequenceOf(name) - 1]?.name === name);
  }
}
