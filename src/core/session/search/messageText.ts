/** What of a message is searched: all that was said, and of what tools were given and said a bounded part. */
import type { Block, Message } from '../message.ts';

/** Characters: of what a person or model said, of what it thought, of what a tool was given, of what the program and its tools said. */
const [mostSaid, mostThought, mostGiven, mostAnswered] = [64_000, 8_000, 2_000, 4_000];
/** How deep the input of a tool is looked into. */
const deepest = 4;

export function messageText({ author, blocks }: Pick<Message, 'author' | 'blocks'>): string {
  return plain(blocks.map((block) => textOf(block, author === 'system' ? mostAnswered : mostSaid)).filter((text) => text !== '').join('\n')).slice(0, mostSaid);
}

function textOf(block: Block, most: number): string {
  switch (block.type) {
    case 'text':
      return block.text.slice(0, most);
    case 'thinking':
      return block.text.slice(0, mostThought);
    case 'toolCall':
      return [block.name, block.summary.slice(0, mostGiven), ...given(block.input)].join('\n');
    case 'toolResult':
    case 'notice':
      return block.text.slice(0, mostAnswered);
    case 'image':
      return '';
  }
}

/** The texts that a tool was given, in their order. */
function given(input: unknown): string[] {
  const texts: string[] = [];
  let left = mostGiven;
  const collect = (value: unknown, depth: number): void => {
    if (left <= 0 || depth > deepest) {
      return;
    }
    if (typeof value === 'string') {
      texts.push(value.slice(0, left));
      left -= value.length;
    } else if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach((inner) => collect(inner, depth + 1));
    }
  };
  collect(input, 0);
  return texts;
}

/** Without characters that are no text: some end a text in SQLite, others steer a terminal. Line breaks and tabs stay. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu, ' ').toWellFormed().normalize('NFC');
}
