/**
 * The logs of a vault as they are at its place: read, proven, and remembered, so that a later look is held against what was
 * seen before. A log that cannot be proven counts as far as it was proven earlier, and says nothing against the others.
 *
 * Where nothing has changed since it was proven, what the logs say together is at hand, and the logs themselves are read only
 * when somebody asks for single records.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import type { Home } from '../home/home.ts';
import type { Backend } from '../storage/backend.ts';
import type { VaultDescription } from './description.ts';
import { endsOf, newestOf } from './epochs.ts';
import { FirstSeen } from './firstSeen.ts';
import { containHeads, type Heads, headsOf, type RawLog, type ReadLogs, readLogs, type RefusedRecords } from './log.ts';
import { LogIndex, type NewlyProvenLog } from './logIndex.ts';
import { MergedLogs, mergeLogs } from './mergedLogs.ts';
import { type LogRecord, sequenceOf } from './record.ts';
import type { Seal } from './seal.ts';
import { SeenHeads } from './seenHeads.ts';
import { readStoredLogs } from './storedLogs.ts';

export interface LogsAtStoreOptions {
  home: Home;
  description: VaultDescription;
  backend: Backend | undefined;
  seal: Seal;
  now: () => Date;
  logger: Logger;
}

export class LogsAtStore {
  readonly #options: LogsAtStoreOptions;
  readonly #seen: SeenHeads;
  /** Undefined while they are the ones that are kept, and nobody has asked for them. */
  #logs: ReadonlyMap<string, readonly LogRecord[]> | undefined = new Map();
  #heads: Heads = {};
  #merged = MergedLogs.empty;
  /** All of it that this device keeps. */
  #index: LogIndex | undefined;
  #distrusted: ReadonlyMap<string, ConvoSyncError> = new Map();
  #refused: readonly RefusedRecords[] = [];
  #refreshedAt: string | undefined;
  #looked = false;

  constructor(options: LogsAtStoreOptions) {
    this.#options = options;
    this.#seen = new SeenHeads(options.home, options.description.id);
  }

  /** Every log that counts, as it was last proven to be there. */
  get logs(): ReadonlyMap<string, readonly LogRecord[]> {
    return (this.#logs ??= new Map([...(this.#index?.logs ?? [])].map(([writer, { records }]) => [writer, records])));
  }

  get heads(): Heads {
    return this.#heads;
  }

  /** What the logs say together. */
  merged(now: Date): MergedLogs {
    if (!this.#merged.holdsAt(now)) {
      this.#merged = mergeLogs(this.logs, now);
    }
    return this.#merged;
  }

  /** Writers whose logs are not as they should be, and why; of these stays what was proven before. */
  get distrusted(): ReadonlyMap<string, ConvoSyncError> {
    return this.#distrusted;
  }

  /** What the last look found and does not use. */
  get refused(): readonly RefusedRecords[] {
    return this.#refused;
  }

  /** ISO time of the last look that succeeded; undefined if there never was one. */
  get refreshedAt(): string | undefined {
    return this.#refreshedAt;
  }

  /** The store was looked at through this very object, so what it shows is not from a cache. */
  get looked(): boolean {
    return this.#looked;
  }

  /**
   * Looks at the store; call `remember` once what it showed is taken over.
   *
   * @param refreshBackend how to bring the backend up to date; by default its own `refresh`
   * @throws whatever the backend throws; then all is as before
   */
  async look(backend: Backend, refreshBackend: (() => Promise<void>) | undefined, signal?: AbortSignal): Promise<void> {
    const [index] = await Promise.all([this.#loadIndex(), refreshBackend ? refreshBackend() : backend.refresh(signal)]);
    await this.#read(backend, index, signal);
    if ([...this.#distrusted.values()].some((problem) => ConvoSyncError.is(problem, 'vault-rolled-back'))) {
      // What is remembered may be newer than this look: another process of the device has sent something meanwhile.
      await backend.refresh(signal);
      await this.#read(backend, await this.#loadIndex(), signal);
    }
    this.#refreshedAt = this.#options.now().toISOString();
    this.#looked = true;
  }

  /**
   * What this device knows without asking the store; where the cache of that is gone, what the backend has.
   *
   * @param own the end of this device's own log, which it knows without any look
   */
  async recall(own: Heads, signal?: AbortSignal): Promise<void> {
    const { backend, description } = this.#options;
    const index = await this.#loadIndex();
    const heads = { ...newestOf(description.epochs).writers, ...(await this.#seen.read()).heads, ...own };
    if (backend && !containHeads(description, index.logs, heads)) {
      if (this.#looked) {
        await backend.refresh(signal);
      }
      return this.#read(backend, index, signal);
    }
    if (!this.#takeKept(index)) {
      const kept = [...index.logs].map(([writer, { version, records }]) => ({ writer, version, proven: records, records: new Map<string, Uint8Array>() }));
      const { logs } = await this.#prove(kept);
      await this.#take(index, logs, kept.map(({ writer, version, records }) => ({ writer, version, records: logs.get(writer) ?? [], lines: records })));
    }
  }

  /** When the last look was, of whatever process of this device. */
  async recallWhen(): Promise<void> {
    this.#refreshedAt = (await this.#seen.read()).refreshed;
  }

  /** What was sent just now is there, and read back. @param lines of its new records, by name */
  async extend(backend: Backend, writer: string, log: readonly LogRecord[], lines: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const version = (await backend.logs()).get(writer);
    await this.#take(this.#index ?? (await this.#loadIndex()), new Map([...this.logs, [writer, log]]), [{ writer, version, records: log, lines }]);
    this.#refreshedAt = this.#options.now().toISOString();
  }

  /** @param isVouched another device has written at about this time */
  async remember(isVouched: boolean): Promise<void> {
    const { home, description, now } = this.#options;
    await this.#seen.remember(this.heads, this.#refreshedAt);
    await (await FirstSeen.load(home, description.id)).note(this.heads, now(), isVouched);
  }

  /** What is to follow a log at the store, as far as it goes on from there and counts. @param records signed lines by name */
  async proveBeyond(writer: string, records: ReadonlyMap<string, Uint8Array>): Promise<readonly LogRecord[]> {
    const proven = this.logs.get(writer) ?? [];
    const { logs } = await this.#prove([{ writer, proven, records }]);
    return logs.get(writer)?.slice(proven.length) ?? [];
  }

  /** Holds logs against the epochs, against each other and against what is remembered. */
  async #prove(logs: readonly RawLog[]): Promise<ReadLogs> {
    return readLogs(this.#options.description, logs, (await this.#seen.read()).heads);
  }

  #loadIndex(): Promise<LogIndex> {
    const { home, description: { id }, logger } = this.#options;
    return LogIndex.load({ home, vault: id, logger });
  }

  /** Takes over what the backend shows, as far as it is proven, and keeps what was new in it. */
  async #read(backend: Backend, index: LogIndex, signal?: AbortSignal): Promise<void> {
    const { seal, description } = this.#options;
    if ((await this.#isAsKept(backend, index, signal)) && this.#takeKept(index)) {
      this.#refused = [];
      this.#distrusted = new Map();
      return;
    }
    const stored = await readStoredLogs(backend, { seal, known: index.logs, ends: endsOf(description) }, signal);
    const { logs, problems, refused } = await this.#prove(stored);
    for (const writer of problems.keys()) {
      const before = index.logs.get(writer)?.records ?? [];
      logs.set(writer, before.length > (logs.get(writer)?.length ?? 0) ? [...before] : logs.get(writer) ?? []);
    }
    const ended = stored.flatMap(({ writer, beyond: [object, ...more] }): RefusedRecords[] => (object === undefined ? [] : [{ writer, object: object.name, count: more.length + 1, reason: 'ended' }]));
    const sound = stored.filter(({ writer }) => !problems.has(writer));
    this.#refused = [...ended, ...refused];
    const reason = stored.length === 0 ? 'vault-gone' : undefined;
    this.#distrusted = new Map([...problems].map(([writer, problem]) => [writer, naming(problem, { writer, log: logs.get(writer) ?? [], reason })]));
    await this.#take(index, logs, sound.map(({ writer, version, records }) => ({ writer, version, records: logs.get(writer) ?? [], lines: records })));
  }

  /** Whether the store shows exactly the logs that are kept. Of logs that have ended, what was added is found anew each time. */
  async #isAsKept(backend: Backend, { logs }: LogIndex, signal?: AbortSignal): Promise<boolean> {
    const { description } = this.#options;
    const versions = await backend.logs(signal);
    const isSame = versions.size === logs.size && [...versions].every(([writer, version]) => version !== undefined && logs.get(writer)?.version === version);
    return isSame && endsOf(description).size === 0 && containHeads(description, logs, (await this.#seen.read()).heads);
  }

  /** Takes over what is kept, without reading it; false where it does not say what all that together says. */
  #takeKept(index: LogIndex): boolean {
    const merged = index.together(this.#chain);
    if (!merged) {
      return false;
    }
    this.#index = index;
    this.#logs = undefined;
    this.#heads = Object.fromEntries([...index.logs].map(([writer, { head }]) => [writer, head]));
    this.#merged = merged;
    return true;
  }

  /** @param sound what is to be kept of the logs */
  async #take(index: LogIndex, logs: ReadonlyMap<string, readonly LogRecord[]>, sound: readonly NewlyProvenLog[]): Promise<void> {
    const now = this.#options.now();
    this.#merged = merge(logs, index, index.together(this.#chain), now);
    this.#index = index;
    this.#logs = logs;
    this.#heads = headsOf(logs);
    const lasts = logs.size > 0 && this.#distrusted.size === 0 && this.#merged.holdsAt(now);
    await index.keep(sound, lasts ? { chain: this.#chain, merged: this.#merged } : undefined);
  }

  /** It decides what of the logs counts. */
  get #chain(): string {
    return newestOf(this.#options.description.epochs).signature;
  }
}

/** Where all of them go on from what is kept, only what is new is added to what was merged before. */
function merge(logs: ReadonlyMap<string, readonly LogRecord[]>, { logs: kept }: LogIndex, before: MergedLogs | undefined, now: Date): MergedLogs {
  const goOn = [...kept].every(([writer, { head }]) => logs.get(writer)?.[sequenceOf(head) - 1]?.name === head);
  if (before?.holdsAt(now) !== true || !goOn) {
    return mergeLogs(logs, now);
  }
  return before.with([...logs].flatMap(([writer, records]) => records.slice(sequenceOf(kept.get(writer)?.head ?? ''))), now);
}

/** The same error, which also names the device whose log it is, and says when there is nothing of the vault at all. */
function naming({ code, message, details, cause }: ConvoSyncError, { writer, log, reason }: { writer: string; log: readonly LogRecord[]; reason: string | undefined }): ConvoSyncError {
  const body = log.findLast((record) => record.saves === undefined && (record.body?.type === 'introduced' || record.body?.type === 'device'))?.body;
  const device = body?.type === 'introduced' || body?.type === 'device' ? body.device.name : undefined;
  return new ConvoSyncError(code, message, { cause, details: { ...details, writer, ...(device === undefined ? {} : { device }), ...(reason === undefined ? {} : { reason }) } });
}
