/** A conversation as lines of text for a model to read: who said what, which tools ran, and what failed. */
import type { Message } from '../message.ts';
import { cut, printable } from './quoting.ts';

export interface Excerpt {
  /** Said by a person: the last thing to be left out. */
  fromUser: boolean;
  text: string;
}

/** Longest that is told of one thing; what is longer was pasted or printed. */
const lengths = { user: 6000, assistant: 3000, call: 240, failure: 700 } as const;

/** In the conversation's order, without what sub-agents and the agent's program said, and without results that went well. */
export function excerptsOf(messages: readonly Message[]): Excerpt[] {
  return messages.filter(({ sidechain }) => sidechain !== true).flatMap(({ author, blocks }) =>
    blocks.flatMap((block): Excerpt[] => {
      switch (block.type) {
        case 'text':
          return author === 'system' ? [] : excerpt(author === 'user' ? 'User' : 'Assistant', block.text, author === 'user' ? lengths.user : lengths.assistant);
        case 'toolCall':
          return excerpt('Tool', `${block.name} ${block.summary}`, lengths.call);
        case 'toolResult':
          return block.failed ? excerpt('Failed', block.text, lengths.failure) : [];
        default:
          return [];
      }
    }));
}

function excerpt(speaker: 'User' | 'Assistant' | 'Tool' | 'Failed', text: string, length: number): Excerpt[] {
  const said = printable(text.slice(0, length * 2)).trim();
  return said === '' ? [] : [{ fromUser: speaker === 'User', text: `${speaker}: ${cut(said, length)}` }];
}

export function shorter({ fromUser, text }: Excerpt, length: number): Excerpt {
  return { fromUser, text: cut(text, Math.max(length, 24)) };
}

export function sizeOf(excerpts: readonly Excerpt[]): number {
  return excerpts.reduce((sum, { text }) => sum + text.length + 2, 0);
}
