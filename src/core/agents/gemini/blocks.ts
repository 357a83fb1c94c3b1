/** What messages hold, read into neutral blocks. */
import type { Block } from '../../session/message.ts';
import { nonEmpty, type Part, partsOf, readPart, saidIn, toolCall } from '../contentParts.ts';
import { notice } from '../notice.ts';
import { type MessageRecord, Thought, ToolCall } from './records.ts';

export interface Answer {
  blocks: Block[];
  /** What the called tools answered. */
  results: Block[];
}

/** Thoughts and calls stand in fields of their own, and in some versions among the parts instead, or again. */
export function readAnswer({ content, thoughts = [], toolCalls = [] }: MessageRecord): Answer {
  const calls = toolCalls.flatMap((call) => ToolCall.safeParse(call).data ?? []);
  const blocks = [
    ...thoughts.flatMap((thought) => readThought(Thought.catch({}).parse(thought))),
    ...partsOf(content).flatMap((part) => readPart(part)).filter((block) => block.type !== 'toolCall' || !calls.some(({ id }) => id === block.callId)),
    ...calls.map(({ id = '', name = '', args }): Block => toolCall(id, name, args)),
  ];
  return { blocks, results: calls.flatMap(readResult) };
}

/** What the user said, as they typed it where files were put into it; what the program says in their place is a notice. */
export function readUserParts({ content, displayContent }: MessageRecord): Block[] {
  const parts = partsOf(content);
  const typed = partsOf(displayContent);
  const texts = (typed.length > 0 ? typed : parts).filter((part) => isText(part));
  return [...texts, ...parts.filter((part) => !isText(part))].flatMap((part) => (isText(part) ? readUserText(part.text ?? '') : readPart(part)));
}

/** Typed to steer the program; a model is never told. */
export function isCommand(text: string): boolean {
  return /^\s*[/?]/.test(text);
}

function readUserText(text: string): Block[] {
  if (text.trimStart().startsWith('<session_context>')) {
    return [];
  }
  return isCommand(text) || /^\s*<(hook_context|state_snapshot)>/.test(text) ? notice(text) : nonEmpty({ type: 'text', text });
}

function isText({ text, thought }: Part): boolean {
  return text !== undefined && thought === undefined;
}

function readThought({ subject = '', description = '' }: ReturnType<typeof Thought.parse>): Block[] {
  return nonEmpty({ type: 'thinking', text: [subject, description].filter((words) => words !== '').join('\n') });
}

function readResult({ id: callId = '', result, resultDisplay, status }: ReturnType<typeof ToolCall.parse>): Block[] {
  if (result === undefined) {
    return [];
  }
  const parts = partsOf(result);
  const { text, failed } = saidIn(parts);
  const shown = text === '' && typeof resultDisplay === 'string' ? resultDisplay : text;
  const images = parts.filter(({ inlineData }) => inlineData).flatMap(readPart);
  return [{ type: 'toolResult', callId, text: shown, failed: failed || status === 'error' || status === 'cancelled' }, ...images];
}
