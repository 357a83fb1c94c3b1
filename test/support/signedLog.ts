/** A writer of a vault and its log, signed as real ones are. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Device } from '../../src/core/session/device.ts';
import { Clock } from '../../src/core/vault/clock.ts';
import { createVault } from '../../src/core/vault/description.ts';
import { readKeys } from '../../src/core/vault/keysDocument.ts';
import { certify, type KnownBody, signRecord } from '../../src/core/vault/record.ts';

export const now = new Date('2026-03-02T09:00:00Z');
export const vault = createVault('ada@example.org', now);
export const vaultKeys = readKeys(vault.description, vault.keys, 'keys/open');
const device: Device = { id: 'd'.repeat(20), name: 'desktop', kind: 'desktop' };

export class SignedLog {
  readonly writer: string;
  readonly key: KeyObject;
  readonly records = new Map<string, Uint8Array>();
  readonly clock = new Clock(() => now);
  heads: Record<string, string> = {};

  constructor(writer: string, certifiedBy: KeyObject = vaultKeys.identity) {
    this.writer = writer;
    this.key = createPrivateKey(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    this.write({ type: 'introduced', certificate: certify({ vault: vault.description.id, epoch: 1, writer, publicKey: createPublicKey(this.key) }, certifiedBy), device });
  }

  write(body: KnownBody, options: { key?: KeyObject; vault?: string } = {}): string {
    const record = signRecord({ vault: options.vault ?? vault.description.id, epoch: 1, writer: this.writer, seq: this.records.size + 1, prev: this.head ?? null, heads: this.heads, body }, options.key ?? this.key, this.clock);
    this.records.set(record.name, record.bytes);
    return record.name;
  }

  delete(session = 'ab'.repeat(5)): string {
    return this.write({ type: 'deleted', session });
  }

  /** Takes records off the end, so that others can come in their place. */
  cut(count: number): void {
    for (const name of [...this.records.keys()].slice(this.records.size - count)) {
      this.records.delete(name);
    }
  }

  get head(): string | undefined {
    return [...this.records.keys()].at(-1);
  }
}
