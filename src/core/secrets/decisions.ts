/**
 * What a person has decided about things that look like secrets, so that nobody is asked twice about the same one. Each is
 * remembered by a hash with a key of this device: the file holds no secret, and elsewhere it tells nothing.
 */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { keyedHash } from '../common/hash.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import { withLock } from '../home/lock.ts';

/** `redact`: it is left out of what is stored. `keep`: it is stored as it stands. */
export type SecretDecision = 'redact' | 'keep';

const DecisionsDocument = z.object({
  v: z.literal(1),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** By fingerprint. */
  decisions: z.record(z.string(), z.enum(['redact', 'keep'])),
});
type DecisionsDocument = z.infer<typeof DecisionsDocument>;

const lockPatience = 10_000;

export class SecretDecisions {
  readonly #document: DecisionsDocument;

  constructor(document: DecisionsDocument) {
    this.#document = document;
  }

  fingerprint(secret: string): string {
    return keyedHash(Buffer.from(this.#document.key, 'hex'), secret).slice(0, 32);
  }

  /** Undefined where nobody has decided. */
  of(secret: string): SecretDecision | undefined {
    return this.#document.decisions[this.fingerprint(secret)];
  }
}

export async function readDecisions(home: Home, signal?: AbortSignal): Promise<SecretDecisions> {
  return new SecretDecisions((await readDocument(home.secretsFile, DecisionsDocument)) ?? (await change(home, (document) => document, signal)));
}

export async function rememberDecision(home: Home, fingerprints: readonly string[], decision: SecretDecision, signal?: AbortSignal): Promise<void> {
  await change(home, ({ decisions, ...document }) => ({ ...document, decisions: { ...decisions, ...Object.fromEntries(fingerprints.map((each) => [each, decision])) } }), signal);
}

async function change(home: Home, by: (document: DecisionsDocument) => DecisionsDocument, signal?: AbortSignal): Promise<DecisionsDocument> {
  return withLock(home, 'secrets', { purpose: 'remembering an answer', signal, waitMs: lockPatience }, async () => {
    const document = by((await readDocument(home.secretsFile, DecisionsDocument)) ?? { v: 1, key: randomBytes(32).toString('hex'), decisions: {} });
    await writeDocument(home.secretsFile, document);
    return document;
  });
}
