/**
 * Reading a transcript of any length. It is read in parts: what is held of the messages are those of the last parts, and of
 * what lies before only counts and context. These are noted in ConvoSync's home, so that the next look or save reads no part
 * again that nothing after it changes, or where it wants messages the last ones alone.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import type { Agent } from '../agents/agent.ts';
import { sha256 } from '../common/hash.ts';
import { continued } from '../git/context.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import { countDamaged, type Message } from '../session/message.ts';
import { ContextRun } from '../session/session.ts';

/** Messages are held of so many bytes at the end, or a part more. */
const heldSize = 4 * 1024 * 1024;
/** What is shorter is read as a whole each time. */
const worthNoting = 512 * 1024;
/** So much before the noted place tells whether it is the same file: what the note says is for people, and proves nothing. */
const tellingEnd = 64 * 1024;

/** What a stretch of a transcript comes to. */
const Counted = z.object({ messages: z.int().nonnegative(), issues: z.int().nonnegative(), damaged: z.int().nonnegative(), context: z.array(ContextRun) });
type Counted = z.infer<typeof Counted>;

const Part = Counted.extend({ size: z.int().nonnegative() });
type Part = z.infer<typeof Part>;

const Note = z.object({
  v: z.literal(1),
  /** Where the last part ends that nothing after it changes. */
  end: z.int().positive(),
  /** Hash of the bytes right before it. */
  told: z.string(),
  title: z.string().optional(),
  /** Of all that lies before the last parts. */
  before: Counted,
  parts: z.array(Part).min(1),
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

export interface ReadingOptions {
  /** What is wanted besides the counts: the last messages, or the context of all. */
  wanted: 'counts' | 'messages' | 'context';
  /** The context of messages that follow each other. */
  contextOf: (messages: readonly Message[]) => Promise<ContextRun[]>;
  signal?: AbortSignal | undefined;
}

export interface Reading {
  /** The last ones; of a transcript of usual length all. Empty where they are not wanted. */
  messages: Message[];
  title?: string;
  /** Of all of it. */
  counted: Omit<Counted, 'context'>;
  /** Of all of it where it is wanted. */
  context: ContextRun[];
}

export async function readTranscript(home: Home, file: TranscriptFile, { wanted, contextOf, signal }: ReadingOptions): Promise<Reading> {
  const note = await tryNote(home, file);
  let before: Counted = note?.before ?? { messages: 0, issues: 0, damaged: 0, context: [] };
  const parts = wanted === 'messages' ? [] : (note?.parts ?? []);
  let start = (note?.end ?? 0) - (wanted === 'messages' ? sizeOf(note?.parts ?? []) : 0);
  const numberedFrom = total(before, parts).messages;
  let title = note && (file.title ?? note.title);
  const held: Message[][] = [];
  for await (const { messages, issues, size, title: own } of file.agent.readParts(bytesOf(file, start), signal)) {
    const isLast = start + size >= file.size;
    title = note ? (title ?? own) : own;
    messages.forEach((message) => (message.index += numberedFrom));
    if (isLast && start > (note?.end ?? 0)) {
      await writeDocument(noteFile(home, file), { v: 1, end: start, told: await told(file, start), before, parts, ...(title === undefined ? {} : { title }) } satisfies Note);
    }
    parts.push({ size, messages: messages.length, issues: issues.length, damaged: countDamaged(issues), context: isLast && wanted !== 'context' ? [] : await contextOf(messages) });
    held.push(wanted === 'messages' && start + size > file.size - 2 * heldSize ? messages : []);
    while (!isLast && sizeOf(parts.slice(1)) >= heldSize) {
      before = total(before, parts.splice(0, 1));
      held.shift();
    }
    start += size;
  }
  const { context, ...counted } = total(before, parts);
  return { messages: held.flat(), counted, context, ...(title === undefined ? {} : { title }) };
}

function total(before: Counted, parts: readonly Part[]): Counted {
  return parts.reduce((sum, { messages, issues, damaged, context }) => ({
    messages: sum.messages + messages, issues: sum.issues + issues, damaged: sum.damaged + damaged, context: continued(sum.context, context),
  }), before);
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}

function bytesOf({ absolute, size }: TranscriptFile, start: number): Uint8Array | AsyncIterable<Uint8Array> {
  return start < size ? createReadStream(absolute, { start, end: size - 1 }) : new Uint8Array();
}

/** Undefined where there is none, or it is not about this file. */
async function tryNote(home: Home, file: TranscriptFile): Promise<Note | undefined> {
  if (file.size <= worthNoting) {
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
