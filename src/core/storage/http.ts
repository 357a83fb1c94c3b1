/**
 * One HTTP call of a store: sent, read to its end, and its failure classified. A redirect is not followed, since it
 * would take a credential along; nothing is tried again.
 */
import { ConvoSyncError, type ErrorCode, throwIfCancelled } from '../common/errors.ts';

export interface HttpCall {
  method: string;
  /** Without credentials. */
  address: URL;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer>;
  /** Milliseconds in which nothing arrives, after which the call is given up. */
  patience: number;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** What an error says about a call. */
export interface CallDetails {
  store: string;
  object: string;
}

/** Slower than this in bytes a millisecond, an upload counts as stuck: how far it has come cannot be seen. */
const slowestUpload = 8;

export async function send({ method, address, headers = {}, body, patience, signal }: HttpCall, details: CallDetails): Promise<HttpAnswer> {
  throwIfCancelled(signal);
  const stuck = new AbortController();
  const give = (milliseconds: number): NodeJS.Timeout => setTimeout(() => stuck.abort(), milliseconds);
  let timer = give(patience + (body?.byteLength ?? 0) / slowestUpload);
  try {
    const response = await fetch(address, {
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      ...(body ? { body } : {}),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, stuck.signal]) : stuck.signal,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = give(patience);
      pieces.push(piece);
    }
    return { status: response.status, headers: response.headers, body: Buffer.concat(pieces) };
  } catch (error) {
    throwIfCancelled(signal);
    throw noAnswer(error, stuck.signal.aborted, details);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What a status that was not hoped for means.
 *
 * @param said the store's own word for it, such as S3's error code
 * @param code where that word says more than the status
 */
export function statusFailure({ status, headers }: HttpAnswer, { store, object }: CallDetails, said?: string, code = codeOf(status)): ConvoSyncError {
  const retryAfter = secondsToWait(headers);
  return new ConvoSyncError(code, `The store answered ${status}.`, {
    details: { store, remote: store, object, status, ...(said === undefined ? {} : { said }), ...(retryAfter === undefined ? {} : { retryAfter }) },
  });
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401: case 403: case 407:
      return 'storage-denied';
    case 404: case 410:
      return 'object-missing';
    case 409: case 412:
      return 'storage-conflict';
    case 413: case 507:
      return 'storage-quota';
    case 408: case 423: case 425: case 429:
      return 'storage-transient';
    case 501: case 505:
      return 'storage-permanent';
    default:
      return status >= 500 ? 'storage-transient' : 'storage-permanent';
  }
}

/** `Retry-After` in seconds; a date is reckoned from the server's own clock. */
function secondsToWait(headers: Headers): number | undefined {
  const said = headers.get('retry-after') ?? '';
  const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.parse(headers.get('date') ?? '')) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** Percent-decoded; as it is where that cannot be, which is no name of ours. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

function noAnswer(error: unknown, isStuck: boolean, { store, object }: CallDetails): ConvoSyncError {
  const errno = isStuck ? 'ETIMEDOUT' : errnoOf(error);
  const details = { store, remote: store, object, errno };
  if (isStuck) {
    return new ConvoSyncError('storage-transient', 'The store took the call and did not answer.', { cause: error, details });
  }
  if (unreachable.has(errno)) {
    return new ConvoSyncError('remote-unreachable', 'The store cannot be reached.', { cause: error, details });
  }
  return errno.includes('CERT') || errno.startsWith('UNABLE_TO_')
    ? new ConvoSyncError('storage-permanent', 'The store’s certificate is not trusted.', { cause: error, details: { ...details, reason: 'certificate' } })
    : new ConvoSyncError('storage-transient', 'The connection to the store broke.', { cause: error, details });
}

/** `fetch` says what happened in the cause of its error, or in the first of several where it tried several addresses. */
function errnoOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one instanceof AggregateError ? one.errors[0] : one.cause) {
    if ('code' in one && typeof one.code === 'string') {
      return one.code;
    }
  }
  return '';
}
