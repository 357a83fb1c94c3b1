/** Content blocks of messages, as the Messages API shapes them, read into neutral blocks. Unknown ones become notices. */
import * as z from 'zod';

import type { Block } from '../../session/message.ts';
import type { Content } from './records.ts';
import { ContentBlock } from './records.ts';
import { toolSummary, toolWrites } from './toolCalls.ts';
import type { UserText } from './userText.ts';
import { readUserText } from './userText.ts';

const text = z.string().catch('');
const TextBlock = z.object({ text });
const ThinkingBlock = z.object({ thinking: text });
const ToolUseBlock = z.object({ id: text, name: text, input: z.unknown().optional() });
const ToolResultBlock = z.object({ tool_use_id: text, content: z.unknown().optional(), is_error: z.boolean().catch(false) });
const ImageBlock = z.object({ source: z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() }) });

export function readAssistantContent(content: Content): Block[] {
  return listOf(content).flatMap((block) => readBlock(block));
}

/** Tool results are of author `system`: what a program answered, not what the user said. */
export function readUserContent(content: Content): { author: 'user' | 'system'; block: Block }[] {
  return listOf(content).flatMap((block): (UserText | { author: 'user' | 'system'; block: Block })[] => {
    if (block.type === 'text') {
      return readUserText(TextBlock.parse(block).text);
    }
    const author = block.type === 'tool_result' ? 'system' : 'user';
    return readBlock(block).map((neutral) => ({ author, block: neutral }));
  });
}

/** All text of the content, for what is shown as one piece. */
export function plainText(content: Content): string {
  return listOf(content).filter((block) => block.type === 'text').map((block) => TextBlock.parse(block).text).join('\n').trim();
}

function listOf(content: unknown): ContentBlock[] {
  if (typeof content === 'string') {
    return [{ type: 'text', text: content }];
  }
  return Array.isArray(content) ? content.flatMap((block) => ContentBlock.safeParse(block).data ?? []) : [];
}

function readBlock(block: ContentBlock): Block[] {
  switch (block.type) {
    case 'text':
      return nonEmpty({ type: 'text', text: TextBlock.parse(block).text });
    case 'thinking':
      return nonEmpty({ type: 'thinking', text: ThinkingBlock.parse(block).thinking });
    case 'redacted_thinking':
      return [];
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return [readToolUse(block)];
    case 'image':
      return readImage(block);
    default:
      return block.type.endsWith('tool_result') ? readToolResult(block) : [{ type: 'notice', text: `[${block.type}]` }];
  }
}

function readToolUse(block: ContentBlock): Block {
  const { id, name, input } = ToolUseBlock.parse(block);
  return { type: 'toolCall', callId: id, name, summary: toolSummary(name, input), input, writes: toolWrites(name, input) };
}

function readToolResult(block: ContentBlock): Block[] {
  const { tool_use_id: callId, content, is_error: failed } = ToolResultBlock.parse(block);
  const parts = listOf(content);
  const said = plainText(parts) || wordsOf(content);
  const images = parts.filter((part) => part.type === 'image').flatMap(readImage);
  return [{ type: 'toolResult', callId, text: said, failed }, ...images];
}

/** Server tools answer with one object or with blocks of their own kinds: search hits, fetched pages. */
function wordsOf(content: unknown): string {
  const answers: unknown[] = Array.isArray(content) ? content : [content];
  const Answer = z.looseObject({});
  return answers
    .flatMap((answer) => Object.entries(Answer.safeParse(answer).data ?? {}))
    .flatMap(([field, value]) => (typeof value === 'string' && !hiddenFields.has(field) ? [value] : []))
    .join('\n');
}

const hiddenFields = new Set(['type', 'encrypted_content', 'data']);

function readImage(block: ContentBlock): Block[] {
  const { data } = ImageBlock.safeParse(block);
  return [data ? { type: 'image', mediaType: data.source.media_type, data: data.source.data } : { type: 'notice', text: '[image]' }];
}

function nonEmpty(block: { type: 'text' | 'thinking'; text: string }): Block[] {
  return block.text.trim() === '' ? [] : [block];
}
