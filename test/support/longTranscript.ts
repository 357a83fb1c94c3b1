/** A Claude Code transcript of any size, as varied as real ones are for a compressor: answers, tool calls and their output. */
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import * as path from 'node:path';

const words = 'order pizza menu price round basil oven test function return const import export async await error value string number table kitchen deliver margherita total customer'.split(' ');

/** Each record some 4 KB; the same numbers give the same records. */
export function records(id: string, from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => record(id, from + index)).join('');
}

/** @returns how many records were written */
export async function writeLongTranscript(file: string, id: string, bytes: number): Promise<number> {
  mkdirSync(path.dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  let count = 0;
  for (let written = 0; written < bytes; ) {
    const piece = records(id, count, 64);
    count += 64;
    written += Buffer.byteLength(piece);
    if (!stream.write(piece)) {
      await once(stream, 'drain');
    }
  }
  stream.end();
  await once(stream, 'finish');
  return count;
}

function record(id: string, number: number): string {
  const text = prose(number, 500);
  const isRequest = number % 3 === 0;
  const content = isRequest ? text.slice(0, 400) : [{ type: 'text', text }, { type: 'tool_use', id: `call-${number}`, name: 'Bash', input: { command: text.slice(0, 60) } }];
  return `${JSON.stringify({
    parentUuid: number === 0 ? null : `${id}-${number - 1}`, isSidechain: false, userType: 'external', cwd: '/home/ada/pizza', sessionId: id, version: '2.1.0', gitBranch: 'main',
    type: isRequest ? 'user' : 'assistant', message: isRequest ? { role: 'user', content } : { id: `msg-${number}`, type: 'message', role: 'assistant', model: 'model', content },
    uuid: `${id}-${number}`, timestamp: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
  })}\n`;
}

function prose(seed: number, count: number): string {
  let state = seed * 2_654_435_761 + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % 7 === 0 ? (state >>> 8).toString(36) : words[(state >>> 16) % words.length];
  }).join(' ');
}
