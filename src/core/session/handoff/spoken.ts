/**
 * What people really said in a conversation. Readers of transcripts tell it from what a program wrote in the name of the
 * user; here the talk of sub-agents is left out, and what the user said in refusing a tool call is heard.
 */
import type { Message } from '../message.ts';
import { readLines } from './markdown.ts';

export interface Spoken {
  /** Index of the message. */
  index: number;
  text: string;
}

/** The user's words in the result of a call that the user refused, as Claude Code reports them. */
const refusalWords = /^The user doesn't want to proceed with this tool use\.[^]*?(?:the user said:|reason for the rejection:)\s+([^]+)$/;

/** Of a longer text only the beginning is read: what follows was pasted. */
const readLength = 20_000;

/** In the conversation's order, without messages of sub-agents. */
export function userWords(messages: readonly Message[]): Spoken[] {
  return messages
    .filter((message) => message.author === 'user' && message.sidechain !== true)
    .map((message) => ({ index: message.index, text: message.blocks.map(wordsIn).filter((text) => text !== '').join('\n\n') }))
    .filter(({ text }) => text !== '');
}

/** The assistant's own words; its thinking is not among them. */
export function assistantWords(messages: readonly Message[]): Spoken[] {
  return messages
    .filter((message) => message.author === 'assistant' && message.sidechain !== true)
    .map((message) => ({ index: message.index, text: message.blocks.flatMap((block) => (block.type === 'text' ? [block.text.trim()] : [])).join('\n\n') }))
    .filter(({ text }) => text !== '');
}

/** Text without what was pasted: fenced code and quoted lines. */
export function withoutPastes(text: string): string {
  return readLines(text).filter((line) => !line.code && !/^\s*>/.test(line.text)).map((line) => line.text).join('\n');
}

/** Sentences and lines of running text, each trimmed; list markers are taken off. */
export function sentences(text: string): string[] {
  return text
    .split(/\n+|(?<=[.!?…])\s+|(?<=[。！？؟])/u)
    .map((sentence) => sentence.replace(/^\s*(?:[-*+•]|\d{1,3}[.)])\s+/, '').trim())
    .filter((sentence) => /\p{L}/u.test(sentence));
}

function wordsIn(block: Message['blocks'][number]): string {
  if (block.type === 'toolResult') {
    return block.failed ? (refusalWords.exec(block.text)?.[1]?.trim() ?? '') : '';
  }
  return block.type === 'text' ? block.text.slice(0, readLength).trim() : '';
}
