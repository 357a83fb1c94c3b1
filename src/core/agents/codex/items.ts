/** Items of the model's conversation, as the Responses API shapes them, read into neutral blocks. Unknown ones become notices. */
import * as z from 'zod';

import type { Block } from '../../session/message.ts';
import { tryParseObject } from '../jsonValues.ts';
import { notice } from '../notice.ts';
import { fieldsOf, stringField } from '../toolFields.ts';
import { ContentItem, type ResponseItem } from './records.ts';
import { toolSummary, toolWrites } from './toolCalls.ts';
import { readUserText, type UserText } from './userText.ts';

export interface ReadItem {
  author: 'user' | 'assistant' | 'system';
  blocks: Block[];
}

export function readItem(item: ResponseItem): ReadItem[] {
  switch (item.type) {
    case 'message':
      return readMessage(item);
    case 'agent_message':
      return [{ author: 'system', blocks: notice(textOf(item.content)) }];
    case 'reasoning':
      return [{ author: 'assistant', blocks: readThought(item) }];
    case 'ghost_snapshot':
      return [];
    default:
      if (item.type.endsWith('_output')) {
        return [{ author: 'system', blocks: readResult(item) }];
      }
      return [item.type.endsWith('_call') ? { author: 'assistant', blocks: [readCall(item)] } : { author: 'system', blocks: notice(`[${item.type}]`) }];
  }
}

function readMessage({ role, content, internal_chat_message_metadata_passthrough: told }: ResponseItem): ReadItem[] {
  const items = itemsOf(content);
  switch (role) {
    case 'assistant':
      return [{ author: 'assistant', blocks: items.flatMap((each) => said(each.text ?? stringField(each, 'refusal') ?? '')) }];
    case 'user': {
      const kinds = told?.content_item_kinds ?? [];
      return items.flatMap((each, index): UserText[] => (each.type === 'input_image' ? [{ author: 'user', blocks: [readImage(each)] }] : readUserText(each.text ?? '', kinds[index])));
    }
    default:
      // What the program tells the model to be.
      return [];
  }
}

function readThought({ summary, content }: ResponseItem): Block[] {
  const text = [textOf(summary), textOf(content)].find((each) => each.trim() !== '');
  return text === undefined ? [] : [{ type: 'thinking', text }];
}

function readCall({ type, call_id: callId = '', name, arguments: args, input: plain, action }: ResponseItem): Block {
  const tool = name ?? type.replace(/_call$/, '');
  const input = plain ?? (typeof args === 'string' ? (tryParseObject(args) ?? args) : (args ?? action));
  return { type: 'toolCall', callId, name: tool, summary: toolSummary(tool, input), input, writes: toolWrites(input) };
}

function readResult({ call_id: callId = '', output }: ResponseItem): Block[] {
  const fields = fieldsOf(typeof output === 'string' ? tryParseObject(output) : output);
  const told = fields['output'] ?? fields['content'] ?? (Object.keys(fields).length > 0 && typeof output !== 'string' ? [fields] : output);
  const text = typeof told === 'string' ? told : textOf(told);
  const exit = z.looseObject({ exit_code: z.number() }).safeParse(fields['metadata']).data?.exit_code ?? exitCodeIn(text);
  const images = itemsOf(told).filter(({ type }) => type === 'input_image').map(readImage);
  return [{ type: 'toolResult', callId, text, failed: fields['success'] === false || (exit !== undefined && exit !== 0) }, ...images];
}

/** Of a command, as the program says it before what the command printed. */
function exitCodeIn(text: string): number | undefined {
  const code = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(text.slice(0, 500))?.[1];
  return code === undefined ? undefined : Number(code);
}

function itemsOf(content: unknown): ContentItem[] {
  return Array.isArray(content) ? content.flatMap((each) => ContentItem.safeParse(each).data ?? []) : [];
}

function textOf(content: unknown): string {
  return itemsOf(content).map(({ text }) => text ?? '').filter((text) => text !== '').join('\n');
}

function said(text: string): Block[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function readImage({ image_url: url = '' }: ContentItem): Block {
  const [, mediaType, data] = /^data:([\w.+-]+\/[\w.+-]+);base64,(.+)$/s.exec(url) ?? [];
  return mediaType !== undefined && data !== undefined ? { type: 'image', mediaType, data } : { type: 'notice', text: '[image]' };
}
