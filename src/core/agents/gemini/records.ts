/**
 * The records of a Gemini CLI transcript, as far as we read them: a header, messages (one that changes is written again,
 * under the same id), changes of the header and, with `messages`, of the whole talk, and going back to before a message.
 * Older versions kept one document, a header with all messages. A field that does not fit counts as absent.
 */
import * as z from 'zod';

import { Content } from '../contentParts.ts';

const text = z.string().optional().catch(undefined);
const list = z.array(z.unknown()).optional().catch(undefined);

const Header = z.object({ sessionId: text, projectHash: text, kind: text, summary: text, messages: list });

const TranscriptRecord = Header.extend({
  id: text,
  type: text,
  timestamp: text,
  content: Content,
  displayContent: Content,
  thoughts: list,
  toolCalls: list,
  $set: Header.optional().catch(undefined),
  $rewindTo: text,
});
type TranscriptRecord = z.infer<typeof TranscriptRecord>;

export type MessageRecord = TranscriptRecord & { id: string; type: 'user' | 'gemini' | 'info' | 'error' | 'warning' };
export type HeaderRecord = z.infer<typeof Header>;

export type KnownRecord = { message: MessageRecord } | { header: HeaderRecord } | { rewindTo: string };

/** Undefined for what is no record. What a record is, is told in the order in which the program does. */
export function readRecord(value: unknown): KnownRecord | undefined {
  const record = TranscriptRecord.safeParse(value).data;
  if (record?.$rewindTo !== undefined) {
    return { rewindTo: record.$rewindTo };
  }
  if (record?.id !== undefined) {
    return isMessage(record) ? { message: record } : undefined;
  }
  if (record?.$set) {
    return { header: record.$set };
  }
  return record?.sessionId !== undefined && (record.projectHash !== undefined || record.messages) ? { header: record } : undefined;
}

function isMessage(record: TranscriptRecord): record is MessageRecord {
  return record.id !== undefined && ['user', 'gemini', 'info', 'error', 'warning'].includes(record.type ?? '');
}

export const Thought = z.object({ subject: text, description: text });

export const ToolCall = z.object({ id: text, name: text, args: z.unknown().optional(), result: Content, resultDisplay: z.unknown().optional(), status: text, timestamp: text });
