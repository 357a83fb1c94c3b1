/**
 * A conversation that was saved often: what all saves of it send, folding included and without it, and what resuming it on
 * a new device reads. Sealed, with the manifests' two reads counted, without records and what a store adds of its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { brotliCompressSync, constants, zstdCompressSync } from 'node:zlib';
import type { StoredFile } from '../../src/core/session/session.ts';
import { newKey } from '../../src/core/vault/age.ts';
import { captureFile, dictionaryWindow, type ObjectStore } from '../../src/core/vault/fileStore.ts';
import { encodeObject, type ObjectPlace } from '../../src/core/vault/object.ts';
import { sealWith } from '../../src/core/vault/seal.ts';
import { type Figure, median } from './figures.ts';
import { transcripts } from './transcripts.ts';

const nameKeys = [Buffer.alloc(32, 1)] as const;
const manifestReads = 2;
const readsAtMost = 16;

export async function history(rounds: number): Promise<Figure[]> {
  const { identity } = await newKey();
  const seal = sealWith([{ epoch: 1, identity }]);
  const figures: Figure[] = [];
  for (const { name, text } of transcripts().slice(0, 2)) {
    const bytes = Buffer.from(text, 'latin1');
    const whole = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).byteLength / 1000;
    const strong = { params: { [constants.ZSTD_c_compressionLevel]: 19 } };
    const [ours, theirs] = [await timed(Math.min(rounds, 5), () => encodeObject(bytes, nameKeys)), await timed(Math.min(rounds, 5), () => zstdCompressSync(bytes, strong))];
    figures.push(
      { what: `${name}, first save`, ours: (await encodeObject(bytes, nameKeys)).bytes.byteLength / 1000, beside: 'zstd -19', theirs: zstdCompressSync(bytes, strong).byteLength / 1000, unit: 'KB', aim: 1.02 },
      { what: `${name}, first save, time`, ours, beside: 'zstd -19', theirs, unit: 'ms', aim: 0.25 },
    );
    for (const saves of [20, 1000]) {
      const ends = Array.from({ length: saves }, (_, save) => lineEnd(bytes, Math.ceil((bytes.byteLength * (save + 1)) / saves)));
      const sizes = new Map<string, number>();
      const file = await grown(bytes, ends, { put: async (object, content) => void sizes.set(object, (await seal.seal(content)).byteLength), get: (places) => Promise.resolve(new Map(places.map((place: ObjectPlace) => [place.name, new Uint8Array()]))) });
      const sent = [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1000;
      const read = file.chunks.reduce((sum, chunk) => sum + (sizes.get(chunk.name) ?? NaN), 0) / 1000;
      figures.push(
        { what: `${name} in ${saves} saves, all of them`, ours: sent, beside: 'brotli -q5 of the whole', theirs: whole, unit: 'KB', ...(saves === 20 ? { aim: 1.6 } : {}) },
        { what: 'the same, were nothing folded', ours: (await unfolded(bytes, ends, async (content) => (await seal.seal(content)).byteLength)) / 1000, beside: 'brotli -q5 of the whole', theirs: whole, unit: 'KB' },
        { what: 'a cold resume of it', ours: read, beside: 'brotli -q5 of the whole', theirs: whole, unit: 'KB', aim: 1.25 },
        { what: 'a cold resume of it', ours: file.chunks.length + manifestReads, beside: 'limit', theirs: readsAtMost, unit: 'reads', aim: 1 },
      );
    }
  }
  return figures;
}

/** As many saves as there are ends. */
async function grown(bytes: Uint8Array, ends: readonly number[], store: ObjectStore): Promise<StoredFile> {
  const folder = mkdtempSync(path.join(tmpdir(), 'history-'));
  try {
    const absolute = path.join(folder, 'transcript.jsonl');
    writeFileSync(absolute, bytes);
    let file: StoredFile | undefined;
    for (const size of ends) {
      file = await captureFile({ absolute, size, path: 'transcript.jsonl' }, file, store, { writer: 'aaaaaaaa', nameKeys });
    }
    return file ?? { path: 'transcript.jsonl', size: 0, sha256: '', chunks: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function unfolded(bytes: Uint8Array, ends: readonly number[], sealedSize: (object: Uint8Array) => Promise<number>): Promise<number> {
  let sum = 0;
  for (const [save, end] of ends.entries()) {
    const start = ends[save - 1] ?? 0;
    if (end > start) {
      const before = bytes.subarray(Math.max(0, start - dictionaryWindow), start);
      sum += await sealedSize((await encodeObject(bytes.subarray(start, end), nameKeys, before.byteLength > 0 ? { text: before } : undefined)).bytes);
    }
  }
  return sum;
}

function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf('\n', from);
  return end === -1 ? bytes.byteLength : end + 1;
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
