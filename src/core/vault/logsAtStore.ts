/**
 * The logs of a vault as they are at its place: read, proven, and remembered, so that a later look is held against what was
 * seen before. A log that cannot be proven counts as far as it was proven earlier, and says nothing against the others.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import type { Home } from '../home/home.ts';
import type { Backend } from '../storage/backend.ts';
import type { VaultDescription } from './description.ts';
import { endsOf, newestOf } from './epochs.ts';
import { FirstSeen } from './firstSeen.ts';
import { containHeads, type Heads, headsOf, type RawLog, type ReadLogs, readLogs, type RefusedRecords } from './log.ts';
import { ProvenLogs, provenLogsFile } from './provenLogs.ts';
import type { LogRecord } from './record.ts';
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
  #logs = new Map<string, readonly LogRecord[]>();
  /** All of it that this device keeps. */
  #proven: ProvenLogs | undefined;
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
    return this.#logs;
  }

  get heads(): Heads {
    return headsOf(this.#logs);
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
    const [proven] = await Promise.all([this.#loadProven(), refreshBackend ? refreshBackend() : backend.refresh(signal)]);
    await this.#read(backend, proven, signal);
    if ([...this.#distrusted.values()].some((problem) => ConvoSyncError.is(problem, 'vault-rolled-back'))) {
      // What is remembered may be newer than this look: another process of the device has sent something meanwhile.
      await backend.refresh(signal);
      await this.#read(backend, await this.#loadProven(), signal);
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
    const proven = await this.#loadProven();
    const heads = { ...newestOf(description.epochs).writers, ...(await this.#seen.read()).heads, ...own };
    if (!backend || containHeads(description, proven.logs, heads)) {
      this.#logs = new Map([...proven.logs].map(([writer, { records }]) => [writer, records]));
      this.#proven = proven;
      return;
    }
    if (this.#looked) {
      await backend.refresh(signal);
    }
    await this.#read(backend, proven, signal);
  }

  /** When the last look was, of whatever process of this device. */
  async recallWhen(): Promise<void> {
    this.#refreshedAt = (await this.#seen.read()).refreshed;
  }

  /** What was sent just now is there, and read back. @param lines of its new records, by name */
  async extend(backend: Backend, writer: string, log: readonly LogRecord[], lines: ReadonlyMap<string, Uint8Array>): Promise<void> {
    this.#logs.set(writer, log);
    await this.#proven?.keep([{ writer, version: (await backend.logs()).get(writer), records: log, lines }]);
    this.#refreshedAt = this.#options.now().toISOString();
  }

  /** @param isVouched another device has written at about this time */
  async remember(isVouched: boolean): Promise<void> {
    const { home, description, now } = this.#options;
    await this.#seen.remember(this.heads, this.#refreshedAt);
    await (await FirstSeen.load(home, description.id)).note(this.heads, now(), isVouched);
  }

  /** Holds logs against the epochs, against each other and against what is remembered. */
  async prove(logs: readonly RawLog[]): Promise<ReadLogs> {
    return readLogs(this.#options.description, logs, (await this.#seen.read()).heads);
  }

  #loadProven(): Promise<ProvenLogs> {
    const { home, description: { id }, logger } = this.#options;
    return ProvenLogs.load({ file: provenLogsFile(home, id), vault: id, logger });
  }

  /** Takes over what the backend shows, as far as it is proven, and keeps what was new in it. */
  async #read(backend: Backend, proven: ProvenLogs, signal?: AbortSignal): Promise<void> {
    const { seal, description } = this.#options;
    const stored = await readStoredLogs(backend, { seal, known: proven.logs, ends: endsOf(description) }, signal);
    const { logs, problems, refused } = await this.prove(stored);
    for (const writer of problems.keys()) {
      const before = proven.logs.get(writer)?.records ?? [];
      logs.set(writer, before.length > (logs.get(writer)?.length ?? 0) ? [...before] : logs.get(writer) ?? []);
    }
    const ended = stored.flatMap(({ writer, beyond: [object, ...more] }): RefusedRecords[] => (object === undefined ? [] : [{ writer, object: object.name, count: more.length + 1, reason: 'ended' }]));
    const sound = stored.filter(({ writer }) => !problems.has(writer));
    await proven.keep(sound.map(({ writer, version, records }) => ({ writer, version, records: logs.get(writer) ?? [], lines: records })));
    this.#logs = logs;
    this.#proven = proven;
    this.#refused = [...ended, ...refused];
    const reason = stored.length === 0 ? 'vault-gone' : undefined;
    this.#distrusted = new Map([...problems].map(([writer, problem]) => [writer, naming(problem, { writer, log: logs.get(writer) ?? [], reason })]));
  }
}

/** The same error, which also names the device whose log it is, and says when there is nothing of the vault at all. */
function naming({ code, message, details, cause }: ConvoSyncError, { writer, log, reason }: { writer: string; log: readonly LogRecord[]; reason: string | undefined }): ConvoSyncError {
  const body = log.findLast((record) => record.saves === undefined && (record.body?.type === 'introduced' || record.body?.type === 'device'))?.body;
  const device = body?.type === 'introduced' || body?.type === 'device' ? body.device.name : undefined;
  return new ConvoSyncError(code, message, { cause, details: { ...details, writer, ...(device === undefined ? {} : { device }), ...(reason === undefined ? {} : { reason }) } });
}
