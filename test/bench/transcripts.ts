/** Conversations to measure with: large real ones where there is a corpus, else those of the playground. */
import { readFileSync } from 'node:fs';
import { conversationsIn } from '../playground/conversations.ts';
import { corpusOf } from '../support/corpus.ts';

const worthMeasuring = 1_000_000;

/** Bytes as characters, so that no line is changed. */
export function transcripts(): { name: string; text: string }[] {
  const real = corpusOf('claude')?.filter(({ path: file, bytes }) => file.endsWith('.jsonl') && bytes > worthMeasuring);
  if (real) {
    return real.map(({ path: file, bytes }) => ({ name: `${(bytes / 1_000_000).toFixed(1)} MB`, text: readFileSync(file, 'latin1') }));
  }
  const now = Date.now();
  return conversationsIn('/home/ada/code/pizza-orders', (minutes) => new Date(now - minutes * 60_000))
    .map(({ text }) => ({ name: `${(text.length / 1000).toFixed(0)} KB`, text: Buffer.from(text).toString('latin1') }));
}
