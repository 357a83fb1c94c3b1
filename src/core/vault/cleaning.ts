/**
 * Giving space back: retention puts old versions into the trash, the trash is emptied after its time, and objects that no
 * session needs any more are condemned and later taken away (see `condemned` for why in two steps). Nothing here decides by
 * a clock that nothing vouches for (see `clockWitness`, and `firstSeen` for what a wrong one can do at most), nor while
 * anything is in the logs or manifests that this program cannot read: what it says may be needed. It may end anywhere, and
 * the next cleaning goes on.
 */
import { throwIfCancelled } from '../common/errors.ts';
import { type Backend, keys as key } from '../storage/backend.ts';
import { isClockBelieved, newestRecords } from './clockWitness.ts';
import { type Condemnation, grace, readCondemned } from './condemned.ts';
import { day, type FirstSeen } from './firstSeen.ts';
import type { ObjectPlace } from './object.ts';
import type { KnownBody, LogRecord } from './record.ts';
import { outOfTime, type RetentionPolicy } from './retention.ts';
import { sealAgain } from './sealedAgain.ts';
import type { SessionContents } from './sessionContents.ts';
import type { SessionUses } from './sessionUses.ts';
import type { SavedSession, TrashedSession, VaultState } from './state.ts';
import { supersededKeys } from './storedLogs.ts';

/** Days after which a writer that says nothing is retired. */
export const longestSilence = 90;
/** Names in one record. */
const mostCondemned = 1_000;
/** Below this share of what a writer has stored it is not worth its own round, since on git other devices fetch the rest anew. */
const worthwhile = 1 / 8;

export interface CleanOptions {
  policy: RetentionPolicy;
  /** Also what hardly pays, and what silent writers have left: a person asked for it. */
  thorough: boolean;
  /** First stores sealed, once more, what lies readable since the vault was sealed later (see `sealedAgain`). */
  sealsAgain?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** Why nothing was removed: an unproven log, records of a newer program, a clock that nothing vouches for, or a session that could not be stored again. */
export type Obstacle = 'distrusted' | 'newer-format' | 'clock' | 'unreadable';

export interface CleanReport {
  obstacle?: Obstacle;
  /** Sessions that were stored once more, sealed, and those of which that was asked and could not be. */
  sealed: number;
  unsealed: number;
  /** Sessions that retention put into the trash. */
  thinned: number;
  /** Sessions that are gone for good. */
  emptied: number;
  /** Objects that are taken away in a later cleaning, if nobody needs them until then. */
  condemned: number;
  /** Objects that were taken away. */
  removed: number;
  /** Writers that were silent for so long that others clean up after them. */
  retired: number;
  /** What this device condemned and is not taken away yet: at the earliest when all of it has had its time, if nobody needs it until then. */
  waiting?: { objects: number; sessions: number; /** ISO 8601 in UTC. */ until: string };
}

export const nothingCleaned: CleanReport = { sealed: 0, unsealed: 0, thinned: 0, emptied: 0, condemned: 0, removed: 0, retired: 0 };

/** What is cleaned: a vault under its lock, just looked at. */
export interface Cleaned {
  backend: Backend;
  contents: SessionContents;
  /** The writer that this device writes as. */
  writer: string;
  logs: () => ReadonlyMap<string, readonly LogRecord[]>;
  /** With the sessions of all repositories. */
  state: () => VaultState;
  /** Ids of writers that are not as they should be. */
  distrusted: number;
  seen: FirstSeen;
  uses: SessionUses;
  now: Date;
  append: (body: KnownBody) => Promise<void>;
  /** Resolves when all that was appended is at the store. */
  send: () => Promise<void>;
  /** What was stored again in the newest epoch, by the names of before. */
  noteMoved: (moved: ReadonlyMap<string, ObjectPlace>) => Promise<void>;
}

export async function cleanVault(vault: Cleaned, options: CleanOptions): Promise<CleanReport> {
  const { policy, signal, thorough, sealsAgain = false } = options;
  const again = sealsAgain ? await sealAgain(vault, signal) : { sealed: 0, unsealed: 0 };
  const obstacle = again.unsealed > 0 ? 'unreadable' : obstacleTo(vault);
  if (obstacle) {
    return { ...nothingCleaned, ...again, obstacle };
  }
  const thinned = outOfTime(vault.state().sessions, ({ writer, seq, summary }) => ageOf(vault, writer, seq, Date.parse(summary.savedAt)), policy);
  const isExpired = ({ trashedBy, trashedAt }: TrashedSession): boolean => ageOf(vault, trashedBy.writer, trashedBy.seq, Date.parse(trashedAt)) > policy.trashDays * day;
  const { sessions, trash, leaving } = vault.state();
  const kept = [...sessions, ...trash.filter((session) => !isExpired(session))];
  const isUsed = await vault.uses.of(kept, signal);
  const due = dueOf(vault);
  const taken = due.length > 0 ? collected(vault, due, kept, isUsed) : undefined;
  const silent = thorough ? silentWriters(vault) : [];
  const fresh = await unneeded(vault, { silent, dead: [...trash.filter(isExpired), ...leaving], isUsed, thorough, signal });

  throwIfCancelled(signal);
  const said: KnownBody[] = [
    ...(thinned.length > 0 ? [{ type: 'thinned', sessions: thinned.map(({ outline }) => outline.id) } as const] : []),
    ...(taken ? [taken.body] : []),
    ...silent.map((writer) => ({ type: 'retired', writer }) as const),
    ...fresh,
  ];
  for (const body of said) {
    await vault.append(body);
  }
  if (said.length > 0) {
    await vault.send();
  }
  const removed = taken?.keys ?? [];
  const packed = await supersededKeys(vault.backend, vault.writer, signal);
  await vault.backend.remove([...removed, ...packed], signal);
  return {
    ...again,
    thinned: thinned.length,
    emptied: taken?.body.sessions.length ?? 0,
    condemned: fresh.reduce((sum, { objects }) => sum + Object.values(objects).flat().length, 0),
    removed: removed.length,
    retired: silent.length,
    ...waitingIn(vault),
  };
}

function waitingIn(vault: Cleaned): Pick<CleanReport, 'waiting'> {
  const pending = readCondemned(vault.logs(), vault.writer).pending.filter(({ writer }) => writer === vault.writer);
  const records = new Set(pending.flatMap(({ sessions }) => sessions));
  const sessions = new Set([...vault.logs().values()].flatMap((log) => log.flatMap(({ name, saves }) => (saves !== undefined && records.has(name) ? [saves] : []))));
  const left = Math.max(...pending.map(({ writer, seq, wall }) => grace * day - ageOf(vault, writer, seq, wall)), 0);
  const objects = pending.flatMap((condemnation) => Object.values(condemnation.objects).flat()).length;
  return pending.length === 0 ? {} : { waiting: { objects, sessions: sessions.size, until: new Date(vault.now.getTime() + left).toISOString() } };
}

function obstacleTo({ distrusted, logs, state, writer, seen, now }: Cleaned): Obstacle | undefined {
  if (distrusted > 0) {
    return 'distrusted';
  }
  if ([...logs().values()].some((records) => records.some((record) => record.saves === undefined && record.body === undefined))) {
    return 'newer-format';
  }
  return isClockBelieved(now, newestRecords(logs(), state().devices, writer), seen.looks) ? undefined : 'clock';
}

/** Milliseconds since a record said something, or since it was first seen here if that is less: 0 for what is not at the store yet. */
function ageOf({ seen, now }: Cleaned, writer: string, seq: number, wall: number): number {
  return Math.min(now.getTime() - wall, seen.age(writer, seq, now));
}

/** What this writer condemned long enough ago. No other takes it away: only this one knows what it is storing just now. */
function dueOf(vault: Cleaned): Condemnation[] {
  return readCondemned(vault.logs(), vault.writer).pending.filter(({ writer, seq, wall }) => writer === vault.writer && ageOf(vault, writer, seq, wall) > grace * day);
}

/** What of it is still of no use, as the record that says so and as keys. */
function collected(vault: Cleaned, due: readonly Condemnation[], kept: readonly SavedSession[], isUsed: (name: string) => boolean): { body: Extract<KnownBody, { type: 'collected' }>; keys: string[] } {
  const spared: Record<string, string[]> = {};
  const keys: string[] = [];
  for (const [writer, names] of due.flatMap(({ objects }) => Object.entries(objects))) {
    keys.push(...names.filter((name) => !isUsed(name)).map((name) => key.chunk(writer, name)));
    const used = names.filter(isUsed);
    if (used.length > 0) {
      spared[writer] = [...new Set([...(spared[writer] ?? []), ...used])];
    }
  }
  const keptIds = new Set(kept.map(({ outline }) => outline.id));
  const revived = new Set(sessionRecords(vault.logs(), keptIds));
  const sessions = [...new Set(due.flatMap((condemnation) => condemnation.sessions))].filter((record) => !revived.has(record));
  return { body: { type: 'collected', condemned: due.map(({ record }) => record), spared, sessions }, keys: [...new Set(keys)] };
}

interface Search {
  silent: readonly string[];
  dead: readonly SavedSession[];
  isUsed: (name: string) => boolean;
  thorough: boolean;
  signal: AbortSignal | undefined;
}

/** Objects and sessions that nobody needs and that this writer has not condemned yet. */
async function unneeded(vault: Cleaned, { silent, dead, isUsed, thorough, signal }: Search): Promise<Extract<KnownBody, { type: 'condemned' }>[]> {
  const { pending, retired } = readCondemned(vault.logs(), vault.writer);
  const mine = pending.filter(({ writer }) => writer === vault.writer);
  const known = new Set(mine.flatMap(({ objects }) => Object.entries(objects).flatMap(([writer, names]) => names.map((name) => key.chunk(writer, name)))));
  const knownSessions = new Set(mine.flatMap(({ sessions }) => sessions));
  const sessions = sessionRecords(vault.logs(), new Set(dead.map(({ outline }) => outline.id))).filter((record) => !knownSessions.has(record));
  const found: { writer: string; name: string }[] = [];
  for (const writer of [vault.writer, ...(thorough ? new Set([...silent, ...retired]) : [])]) {
    const stored = await vault.backend.list(key.chunks(writer), signal);
    const needless = stored.filter((object) => !isUsed(nameIn(object)));
    if (thorough || needless.length >= stored.length * worthwhile) {
      found.push(...needless.filter((object) => !known.has(object)).map((object) => ({ writer, name: nameIn(object) })));
    }
  }
  const parts = Array.from({ length: Math.ceil(found.length / mostCondemned) }, (_, part) => found.slice(part * mostCondemned, (part + 1) * mostCondemned));
  return (sessions.length > 0 && parts.length === 0 ? [[]] : parts).map((part, index) => ({
    type: 'condemned',
    objects: Object.fromEntries([...Map.groupBy(part, ({ writer }) => writer)].map(([writer, objects]) => [writer, objects.map(({ name }) => name)])),
    sessions: index === 0 ? sessions : [],
  }));
}

/** Writers of other devices that have said nothing for long and are not retired yet. */
function silentWriters(vault: Cleaned): string[] {
  const { retired } = readCondemned(vault.logs(), vault.writer);
  return [...vault.logs()].flatMap(([writer, records]) => {
    const last = records.at(-1);
    return last && writer !== vault.writer && !retired.has(writer) && ageOf(vault, writer, last.seq, last.at.wall) > longestSilence * day ? [writer] : [];
  });
}

/** Names of all records that saved these sessions. */
function sessionRecords(logs: ReadonlyMap<string, readonly LogRecord[]>, ids: ReadonlySet<string>): string[] {
  return [...logs.values()].flatMap((records) => records.flatMap(({ name, saves }) => (saves !== undefined && ids.has(saves) ? [name] : [])));
}

function nameIn(object: string): string {
  return object.slice(object.lastIndexOf('/') + 1);
}
