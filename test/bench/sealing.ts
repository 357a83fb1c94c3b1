/** Sealing a chunk, and opening it again, beside the age program and beside bare AES-GCM of Node. */
import { spawnSync } from 'node:child_process';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { keyOf, newKey } from '../../src/core/vault/age.ts';
import { chunkSize } from '../../src/core/vault/folding.ts';
import { sealWith } from '../../src/core/vault/seal.ts';
import { type Figure, median } from './figures.ts';

export async function sealing(rounds: number): Promise<Figure[]> {
  const { identity } = await newKey();
  const { recipient } = await keyOf(identity);
  const seal = sealWith([{ epoch: 1, identity }]);
  const plaintext = randomBytes(chunkSize);
  const sealed = await seal.seal(plaintext);
  const folder = mkdtempSync(path.join(tmpdir(), 'sealing-'));
  const [key, plain, cipher] = ['key', 'plain', 'sealed'].map((name) => path.join(folder, name)) as [string, string, string];
  writeFileSync(key, identity);
  writeFileSync(plain, plaintext);
  writeFileSync(cipher, sealed);
  const hasAge = spawnSync('age', ['--version']).status === 0;
  const [secret, iv] = [randomBytes(32), randomBytes(12)];
  const encrypt = () => {
    const gcm = createCipheriv('aes-256-gcm', secret, iv);
    return { text: Buffer.concat([gcm.update(plaintext), gcm.final()]), tag: gcm.getAuthTag() };
  };
  const encrypted = encrypt();
  const decrypt = (): Buffer => {
    const gcm = createDecipheriv('aes-256-gcm', secret, iv).setAuthTag(encrypted.tag);
    return Buffer.concat([gcm.update(encrypted.text), gcm.final()]);
  };
  try {
    const [sealing, opening] = [await timed(rounds, () => seal.seal(plaintext)), await timed(rounds, () => seal.open('chunk', sealed))];
    const beside = async (what: string, ours: number, name: string, theirs: () => unknown): Promise<Figure> => ({ what, ours, beside: name, theirs: await timed(rounds, theirs), unit: 'ms' });
    const [sealed4, opened4] = ['seal 4 MiB', 'open 4 MiB'];
    return [
      ...(hasAge ? [
        await beside(sealed4, sealing, 'age --encrypt', () => spawnSync('age', ['--encrypt', '--recipient', recipient, '--output', '/dev/null', plain])),
        await beside(opened4, opening, 'age --decrypt', () => spawnSync('age', ['--decrypt', '--identity', key, '--output', '/dev/null', cipher])),
      ] : []),
      await beside(sealed4, sealing, 'AES-GCM of node:crypto', encrypt),
      await beside(opened4, opening, 'AES-GCM of node:crypto', decrypt),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timed(rounds: number, action: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await action();
    times.push(performance.now() - start);
  }
  return median(times);
}
