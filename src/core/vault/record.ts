/**
 * A record of a writer's log: one line of JSON, one line with the writer's Ed25519 signature over exactly that line.
 * Its name is `<sequence, 8 digits>-<first 32 hex of the SHA-256 of both lines>`, and it names its predecessor, so a
 * log is a chain that can be neither edited, reordered nor cut in the middle. What the storage might still do, give
 * an older end of the chain, is caught by the heads that readers remember and that records have seen (see `log`).
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { Device } from '../session/device.ts';
import { SessionSummary } from '../session/session.ts';
import { type Clock, Timestamp } from './clock.ts';
import { type Chain, identityOf } from './epochs.ts';

export const recordFormat = 1;
export const recordName = /^\d{8}-[0-9a-f]{32}$/;

const id = z.string().regex(/^[0-9a-f]{8,64}$/);
const objectName = z.string().regex(/^[0-9a-f]{64}$/);
/** The record with which a session was saved: saved once more, it has another. */
const SessionRecord = z.string().regex(recordName);

/** The identity of an epoch of the vault vouches for a writer's key. */
export const Certificate = z.object({ writer: id, publicKey: z.string(), epoch: z.int().positive(), signature: z.string() });
export type Certificate = z.infer<typeof Certificate>;

/** `age1…`, of the device's own key: a new epoch wraps its keys for it. */
const recipient = z.string().startsWith('age1').optional();

/** What a record says, of the types that this program knows. */
export const RecordBody = z.discriminatedUnion('type', [
  /** The first record of every log. `continues` names the log of the same device that is left read-only. */
  z.object({ type: z.literal('introduced'), certificate: Certificate, device: Device, recipient, continues: id.optional() }),
  z.object({ type: z.literal('device'), device: Device, recipient }),
  z.object({ type: z.literal('session'), summary: SessionSummary }),
  /** To the trash, or with `now` past it: nobody wants it back. */
  z.object({ type: z.literal('deleted'), session: id, now: z.literal(true).optional() }),
  z.object({ type: z.literal('restored'), session: id }),
  /** Retention lets a pinned session be. */
  z.object({ type: z.literal('pinned'), session: id }),
  z.object({ type: z.literal('unpinned'), session: id }),
  /** Retention has put them into the trash. */
  z.object({ type: z.literal('thinned'), sessions: z.array(id) }),
  /** Objects that no session needs any more, by the writer under which they lie, and the records of sessions that nobody wants back. */
  z.object({ type: z.literal('condemned'), objects: z.record(id, z.array(objectName)), sessions: z.array(SessionRecord) }),
  /** What was condemned is taken away, but for what was needed after all; these sessions are gone for good. */
  z.object({ type: z.literal('collected'), condemned: z.array(z.string().regex(recordName)), spared: z.record(id, z.array(objectName)), sessions: z.array(SessionRecord) }),
  /** A writer that was silent for long: whoever says so takes away what nobody needs of it, and it never writes again. */
  z.object({ type: z.literal('retired'), writer: id }),
]);
export type KnownBody = z.infer<typeof RecordBody>;

const Payload = z.object({
  v: z.int(),
  vault: z.string(),
  epoch: z.int(),
  writer: id,
  seq: z.int().positive(),
  prev: z.string().nullable(),
  /** Last record of other writers that this one had seen, of those that have gone on since its previous record. */
  heads: z.record(id, z.string().regex(recordName)),
  at: Timestamp,
  body: z.looseObject({ type: z.string() }),
});
type Payload = z.infer<typeof Payload>;
const Version = z.object({ v: z.int() });

/**
 * Raise it whenever the schemas above read a record otherwise than before: what is kept of proven records was read by the
 * older ones, and is then read and proven anew.
 */
export const recordReading = 7;

export interface LogRecord {
  readonly name: string;
  readonly writer: string;
  readonly seq: number;
  readonly prev: string | null;
  readonly heads: Readonly<Record<string, string>>;
  readonly at: Timestamp;
  /** Id of the session that it saves. It can be had without the body, which takes longer to read. */
  readonly saves: string | undefined;
  /** Undefined for a type that a newer program wrote: it takes part in the chain and says nothing to us. */
  readonly body: KnownBody | undefined;
}

export interface Draft {
  vault: string;
  epoch: number;
  writer: string;
  seq: number;
  prev: string | null;
  heads: Record<string, string>;
  body: KnownBody;
}

export function signRecord(draft: Draft, key: KeyObject, clock: Clock): { name: string; bytes: Uint8Array } {
  const payload: Payload = { v: recordFormat, ...draft, at: clock.tick() };
  const line = JSON.stringify(payload);
  const bytes = Buffer.from(`${line}\n${sign(null, Buffer.from(line), key).toString('base64')}\n`);
  return { name: recordNameOf(draft.seq, bytes), bytes };
}

/** A record as it lies in a log: linked and named as it should be, and not proven until its signature or a later one is. */
export interface ClaimedRecord {
  record: LogRecord;
  /** Of the writer, over exactly that line. */
  line: string;
  signature: Buffer;
}

/**
 * Reads a record without proving it: a chain is proven by its last signature, since every line names the record before.
 *
 * @throws ConvoSyncError `vault-damaged`, `vault-forged` or `vault-newer-format`, naming the record
 */
export function claimedRecord(name: string, bytes: Uint8Array, expected: { vault: string; writer: string }): ClaimedRecord {
  const [line = '', signature = ''] = textOf(bytes).split('\n', 2);
  const payload = parsePayload(name, line);
  if (recordNameOf(payload.seq, bytes) !== name) {
    throw new ConvoSyncError('vault-damaged', 'A record is not what its name promises.', { details: { object: name } });
  }
  if (payload.vault !== expected.vault || payload.writer !== expected.writer) {
    throw forged(name, expected.writer);
  }
  const body = RecordBody.safeParse(payload.body);
  if (!body.success && isKnownType(payload.body.type)) {
    throw new ConvoSyncError('vault-damaged', 'A record is not readable.', { cause: body.error, details: { object: name } });
  }
  const { writer, seq, prev, heads, at } = payload;
  return { record: { name, writer, seq, prev, heads, at, saves: savedBy(body.data), body: body.data }, line, signature: Buffer.from(signature, 'base64') };
}

export function isSignedBy({ line, signature }: ClaimedRecord, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(line), publicKey, signature);
}

export function forged(name: string, writer: string): ConvoSyncError {
  return new ConvoSyncError('vault-forged', 'A record was not written by the writer whose log it lies in.', { details: { object: name, writer } });
}

/**
 * A record of the outbox: this home signed it itself, so nothing is proven.
 *
 * @throws ConvoSyncError `vault-damaged` or `vault-newer-format`, naming the record
 */
export function readOwnRecord(name: string, bytes: Uint8Array): LogRecord {
  const [line = ''] = textOf(bytes).split('\n', 1);
  const { writer, seq, prev, heads, at, body } = parsePayload(name, line);
  const known = RecordBody.safeParse(body).data;
  return { name, writer, seq, prev, heads, at, saves: savedBy(known), body: known };
}

/**
 * A record that was proven before and was kept untouched since: nothing is checked again, and its line is read only when
 * somebody asks what it says.
 *
 * @param bytes its signed lines
 */
export function recallRecord(known: Omit<LogRecord, 'body'>, bytes: Uint8Array): LogRecord {
  let body: Payload['body'] | undefined;
  return {
    ...known,
    get body() {
      body ??= (JSON.parse(textOf(bytes).split('\n', 1)[0] ?? '') as Payload).body;
      return isKnownType(body.type) ? (body as KnownBody) : undefined;
    },
  };
}

function savedBy(body: KnownBody | undefined): string | undefined {
  return body?.type === 'session' ? body.summary.id : undefined;
}

export interface Certifying {
  vault: string;
  epoch: number;
  writer: string;
  publicKey: KeyObject;
}

/** @param identity of the epoch */
export function certify({ vault, epoch, writer, publicKey }: Certifying, identity: KeyObject): Certificate {
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { writer, publicKey: spki, epoch, signature: sign(null, certified(vault, { writer, epoch, publicKey: spki }), identity).toString('base64') };
}

/** @throws ConvoSyncError `vault-forged`, naming the record, when no epoch of the vault vouched for the writer */
export function assertCertified({ id, epochs }: Chain, object: string, certificate: Certificate): void {
  const epoch = epochs[certificate.epoch - 1];
  if (!epoch || !verify(null, certified(id, certificate), identityOf(id, epoch), Buffer.from(certificate.signature, 'base64'))) {
    throw new ConvoSyncError('vault-forged', 'A writer is not certified by the vault.', { details: { object, writer: certificate.writer } });
  }
}

export function publicKeyOf(object: string, certificate: Certificate): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(certificate.publicKey, 'base64'), format: 'der', type: 'spki' });
  } catch (error) {
    throw new ConvoSyncError('vault-damaged', 'A writer’s key is not readable.', { cause: error, details: { object } });
  }
}

export function sequenceOf(name: string): number {
  return Number(name.slice(0, 8));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function certified(vault: string, { writer, epoch, publicKey }: Omit<Certificate, 'signature'>): Buffer {
  return Buffer.from(`convosync writer 1\n${vault}\n${epoch}\n${writer}\n${publicKey}\n`);
}

/** @param bytes both lines */
export function recordNameOf(seq: number, bytes: Uint8Array): string {
  return `${String(seq).padStart(8, '0')}-${sha256(bytes).slice(0, 32)}`;
}

const knownTypes: ReadonlySet<string> = new Set(RecordBody.options.map((option) => option.shape.type.value));

function isKnownType(type: string): boolean {
  return knownTypes.has(type);
}

function parsePayload(name: string, line: string): Payload {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new ConvoSyncError('vault-damaged', 'A record is not readable.', { cause: error, details: { object: name } });
  }
  const payload = Payload.safeParse(value);
  const version = payload.success ? payload : Version.safeParse(value);
  if (version.success && version.data.v > recordFormat) {
    throw new ConvoSyncError('vault-newer-format', 'A record is in a newer format.', { details: { object: name, format: version.data.v } });
  }
  if (!payload.success) {
    throw new ConvoSyncError('vault-damaged', 'A record is not readable.', { cause: payload.error, details: { object: name } });
  }
  return payload.data;
}
