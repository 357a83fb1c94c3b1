/**
 * Reading a transcript of any length. It is read in slices of lines that begin in the same so many bytes: what is held of
 * the messages are those of the last two slices, and of what lies before only counts and context. These are noted in
 * ConvoSync's home when a conversation is saved, so that the next look or save reads the last slices alone.
 *
 * What a message of the agent spreads over the end of a slice counts there and here; a slice is always read the same, so
 * counts of the same bytes are the same however often they were read on the way.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import type { Agent } from '../agents/agent.ts';
import { throwIfCancelled } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { Message } from '../session/message.ts';
import { ContextRun } from '../session/session.ts';

const sliceSize = 4 * 1024 * 1024;
/** So much before the noted place tells whether it is the same file: what the note says is for people, and proves nothing. */
const tellingEnd = 64 * 1024;

const Note = z.object({
  v: z.literal(1),
  /** Where a slice begins; the rest is about what lies before it. */
  end: z.int().positive(),
  /** Hash of the bytes right before it. */
  told: z.string(),
  messages: z.int().nonnegative(),
  issues: z.int().nonnegative(),
  title: z.string().optional(),
  context: z.array(ContextRun),
});
type Note = z.infer<typeof Note>;

export interface TranscriptFile {
  agent: Agent;
  conversation: string;
  absolute: string;
  /** How many of its bytes count. */
  size: number;
  /** What a listing calls it, for where it is read in parts alone. */
  title?: string | undefined;
}

export interface Reading {
  /** The last ones; of a transcript of usual length all. */
  messages: Message[];
  title?: string;
  /** How many messages and issues there are in all of it. */
  counted: { messages: number; issues: number };
  /** Empty where it was not asked for. */
  context: ContextRun[];
}

interface Slice {
  start: number;
  messages: Message[];
  issues: number;
}

/**
 * @param contextOf the context of so far and of the messages of one slice more; with it the reading is noted
 */
export async function readTranscript(home: Home, file: TranscriptFile, signal?: AbortSignal, contextOf?: (messages: readonly Message[], before: readonly ContextRun[]) => ContextRun[]): Promise<Reading> {
  const note = await tryNote(home, file);
  let before: Omit<Note, 'v' | 'told' | 'end'> = note ?? { messages: 0, issues: 0, context: [] };
  let title = note?.title;
  const kept: Slice[] = [];
  for (let start = note?.end ?? 0; start < file.size; ) {
    throwIfCancelled(signal);
    const end = await sliceEnd(file, start);
    const counted = kept.reduce((sum, { messages }) => sum + messages.length, before.messages);
    const transcript = await file.agent.read(createReadStream(file.absolute, { start, end: end - 1 }), signal);
    title ??= end < file.size ? (file.title ?? transcript.title) : transcript.title;
    transcript.messages.forEach((message) => (message.index += counted));
    kept.push({ start, messages: transcript.messages, issues: transcript.issues.length });
    const [oldest] = kept;
    if (oldest && kept.length > 2) {
      before = {
        messages: before.messages + oldest.messages.length,
        issues: before.issues + oldest.issues,
        context: contextOf ? contextOf(oldest.messages, before.context) : [],
      };
      kept.shift();
    }
    start = end;
  }
  const [first] = kept;
  if (contextOf && first && first.start > (note?.end ?? 0)) {
    await writeDocument(noteFile(home, file), { v: 1, end: first.start, told: await told(file, first.start), ...before, ...(title === undefined ? {} : { title }) });
  }
  return {
    messages: kept.flatMap(({ messages }) => messages),
    counted: kept.reduce((sum, { messages, issues }) => ({ messages: sum.messages + messages.length, issues: sum.issues + issues }), { messages: before.messages, issues: before.issues }),
    context: kept.reduce((context, { messages }) => (contextOf ? contextOf(messages, context) : context), before.context),
    ...(title === undefined ? {} : { title }),
  };
}

/** The end of the line in which the slice has its full size; of a last slice the end of the file. */
async function sliceEnd({ absolute, size }: TranscriptFile, start: number): Promise<number> {
  const handle = await open(absolute, 'r');
  try {
    const piece = Buffer.alloc(64 * 1024);
    for (let at = start + sliceSize; at < size; at += piece.byteLength) {
      const { bytesRead } = await handle.read(piece, 0, Math.min(piece.byteLength, size - at), at);
      const lineEnd = piece.subarray(0, bytesRead).indexOf(0x0a);
      if (lineEnd !== -1) {
        return at + lineEnd + 1;
      }
    }
    return size;
  } finally {
    await handle.close();
  }
}

/** Undefined where there is none, or it is not about this file. */
async function tryNote(home: Home, file: TranscriptFile): Promise<Note | undefined> {
  if (file.size <= sliceSize) {
    return undefined;
  }
  const note = await readDocument(noteFile(home, file), Note);
  return note && note.end < file.size && note.told === (await told(file, note.end)) ? note : undefined;
}

async function told({ absolute }: TranscriptFile, end: number): Promise<string> {
  const handle = await open(absolute, 'r');
  try {
    const length = Math.min(end, tellingEnd);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, end - length);
    return sha256(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

function noteFile(home: Home, { agent, conversation }: TranscriptFile): string {
  return path.join(home.readingsFolder, `${sha256(`${agent.id}\0${conversation}`).slice(0, 32)}.json`);
}
