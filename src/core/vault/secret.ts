/** What a person knows or has: a passphrase, or the recovery key (`AGE-SECRET-KEY-1…`). */
export type Secret = string;

/** Shorter ones can be guessed by whoever holds the storage, at leisure. */
export const shortestPassphrase = 10;

/** Typed in any case, with spaces around it. */
export function isRecoveryKey(secret: Secret): boolean {
  return /^AGE-SECRET-KEY-1/i.test(secret.trim());
}
