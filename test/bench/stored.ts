/**
 * Bytes that the saves of a conversation add to the vault, beside whole copies made by `gzip -9`: its first save, and
 * ten saves of four lines more each. Real transcripts where there is a corpus, else the conversation of the playground.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { World } from '../support/device.ts';
import type { Figure } from './figures.ts';
import { transcripts } from './transcripts.ts';

const growths = 10;
const linesAtATime = 4;

export async function stored(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, text } of transcripts()) {
    using world = new World();
    const device = world.device('desktop').clone(world.remote());
    const file = device.transcriptPath(randomUUID());
    mkdirSync(path.dirname(file), { recursive: true });
    const lines = text.split('\n');
    const step = Math.min(linesAtATime, Math.floor(lines.length / (2 * growths)));
    const sizes: { ours: number; theirs: number }[] = [];
    for (let end = lines.length - growths * step; end <= lines.length; end += step) {
      const grown = Buffer.from(lines.slice(0, end).join('\n'), 'latin1');
      writeFileSync(file, grown);
      world.passMinutes(1);
      sizes.push({ ours: (await device.save('Grow')).stored, theirs: gzipSync(grown, { level: 9 }).byteLength });
    }
    const [first, ...later] = sizes;
    const sum = (side: 'ours' | 'theirs'): number => later.reduce((total, size) => total + size[side], 0) / 1000;
    if (first) {
      figures.push(
        { what: `first save of ${name}`, ours: first.ours / 1000, beside: 'gzip -9', theirs: first.theirs / 1000, unit: 'KB', aim: 1 },
        { what: `${growths} saves of ${step} lines more`, ours: sum('ours'), beside: 'gzip -9, whole each time', theirs: sum('theirs'), unit: 'KB' },
      );
    }
  }
  return figures;
}
