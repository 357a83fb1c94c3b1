/**
 * What the saves of a growing conversation send to the remote, everything included (objects, record, envelope, git's own
 * objects and trees), in a sealed vault and in a readable one: the first save beside `zstd -19` of the file, and small saves of
 * four lines beside a git commit of the raw file.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import type { NewVaultChoice } from '../../src/core/vault/openVault.ts';
import { type Device, World } from '../support/device.ts';
import { type Figure, median } from './figures.ts';
import { transcripts } from './transcripts.ts';

const linesAtATime = 4;
const smallSaves = 20;
/** Bytes of a small save that people on a slow line do not notice. */
const smallEnough = 4_000;

export async function growth(): Promise<Figure[]> {
  const [transcript] = transcripts();
  if (!transcript) {
    return [];
  }
  const figures: Figure[] = [];
  const lines = transcript.text.split('\n');
  const versions = Array.from({ length: smallSaves + 1 }, (_, save) => Buffer.from(lines.slice(0, lines.length - (smallSaves - save) * linesAtATime).join('\n'), 'latin1'));
  const whole = zstdCompressSync(versions[0] ?? '', { params: { [constants.ZSTD_c_compressionLevel]: 19 } }).byteLength;
  const raw = await committed(versions);
  for (const [kind, choice] of [['sealed', { passphrase: 'four cheeses and a fig', workFactor: 10 }], ['readable', 'readable']] as const) {
    const [first = 0, ...later] = await saved(versions, choice);
    figures.push(
      { what: `first save of ${transcript.name}, ${kind}`, ours: first / 1000, beside: 'zstd -19', theirs: whole / 1000, unit: 'KB', aim: 1.02 },
      { what: `${linesAtATime} lines more, ${kind}`, ours: median(later) / 1000, beside: 'a git commit of the file', theirs: median(raw.slice(1)) / 1000, unit: 'KB' },
      { what: `${linesAtATime} lines more, ${kind}`, ours: median(later) / 1000, beside: 'limit', theirs: smallEnough / 1000, unit: 'KB', aim: 1 },
    );
  }
  return figures;
}

async function saved(versions: readonly Uint8Array[], newVault: NewVaultChoice): Promise<number[]> {
  using world = new World();
  const device = world.device('desktop').clone(world.remote());
  const file = device.transcriptPath(randomUUID());
  mkdirSync(path.dirname(file), { recursive: true });
  return await growthOf(device, versions, async (bytes) => {
    writeFileSync(file, bytes);
    world.passMinutes(1);
    await device.convosync.save(await device.convosync.planSave(device.folder, { message: 'Grow' }), { newVault });
  });
}

async function committed(versions: readonly Uint8Array[]): Promise<number[]> {
  using world = new World();
  const device = world.device('plain').clone(world.remote());
  return await growthOf(device, versions, async (bytes) => {
    writeFileSync(path.join(device.folder, 'conversation.jsonl'), bytes);
    device.git('add', '--all');
    device.git('commit', '--quiet', '-m', 'Grow');
    device.git('push', '--quiet');
    return Promise.resolve();
  });
}

/** Bytes that the pushes of each version send. */
async function growthOf(device: Device, versions: readonly Uint8Array[], save: (bytes: Uint8Array) => Promise<void>): Promise<number[]> {
  const [sent, receivePack] = ['sent', 'receive-pack'].map((name) => path.join(device.home, name)) as [string, string];
  writeFileSync(sent, '');
  writeFileSync(receivePack, `#!/bin/sh\ntee -a '${sent}' | git-receive-pack "$@"\n`, { mode: 0o755 });
  device.git('config', 'remote.origin.receivepack', receivePack);
  const sizes: number[] = [];
  for (const bytes of versions) {
    const before = statSync(sent).size;
    await save(bytes);
    sizes.push(statSync(sent).size - before);
  }
  return sizes;
}
