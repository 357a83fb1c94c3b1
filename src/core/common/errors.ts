/**
 * The one error type that core throws. Core throws codes and facts; the shells own the sentences
 * (see `src/wording`), so a code is a promise: it may gain details, never change its meaning.
 */
import type { Marked } from './marked.ts';

export type ErrorCode =
  // what the user asked for
  | 'cancelled'
  | 'usage'
  | 'preflight-refused'
  | 'needs-choice'
  | 'session-not-found'
  | 'session-ambiguous'
  | 'nothing-to-undo'
  | 'undo-blocked'
  // this machine
  | 'runtime-too-old'
  | 'git-missing'
  | 'home-unusable'
  | 'busy'
  // git
  | 'git-failed'
  | 'git-timeout'
  | 'git-credentials'
  | 'remote-unreachable'
  | 'push-rejected'
  | 'push-unverified'
  | 'namespace-refused'
  | 'commit-missing'
  // storage
  | 'object-missing'
  | 'storage-conflict'
  | 'storage-denied'
  | 'storage-quota'
  | 'storage-transient'
  | 'storage-permanent'
  // vault
  | 'vault-not-found'
  | 'vault-damaged'
  | 'vault-newer-format'
  | 'vault-locked'
  | 'vault-wrong-key'
  | 'vault-forged'
  | 'vault-rolled-back'
  | 'vault-downgraded'
  | 'vault-revoked'
  | 'vault-choice'
  | 'vault-sealing-choice'
  // portable sessions
  | 'portable-unreadable'
  | 'portable-newer-format'
  // agents
  | 'conversation-not-found'
  | 'conversation-unreadable'
  | 'conversation-running'
  | 'install-failed';

const ourName = 'ConvoSyncError';

export interface ErrorOptionsWithDetails extends ErrorOptions {
  /** Facts for the sentence: paths, ids, git's own words. Never conversation text, keys or tokens. */
  details?: Readonly<Record<string, unknown>>;
}

export class ConvoSyncError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  /** The message, where it is what people are told: they read it in their language. */
  readonly marked: Marked | undefined;

  constructor(code: ErrorCode, message: string | Marked, options: ErrorOptionsWithDetails = {}) {
    super(typeof message === 'string' ? message : message.english, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = ourName;
    this.code = code;
    this.marked = typeof message === 'string' ? undefined : message;
    this.details = options.details ?? {};
  }

  /** Narrows an unknown caught value; without codes, to any error of ours. */
  static is(error: unknown, ...codes: ErrorCode[]): error is ConvoSyncError {
    return isOurs(error) && (codes.length === 0 || codes.includes(error.code));
  }
}

/** What is shipped is several files, each with a copy of the class: what is the same in all of them tells. */
function isOurs(error: unknown): error is ConvoSyncError {
  return error instanceof Error && error.name === ourName;
}

/** Throws `cancelled` once the signal has fired. Call before every write. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new ConvoSyncError('cancelled', 'Cancelled.', { cause: signal.reason });
  }
}

/** True for what any API throws when its signal fires, ours or Node's own. */
export function isCancellation(error: unknown): boolean {
  return ConvoSyncError.is(error, 'cancelled') || (error instanceof Error && error.name === 'AbortError');
}
