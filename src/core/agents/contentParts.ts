/**
 * Parts of messages, as the Gemini API shapes them and several agents write them, read into neutral blocks; and what the tools
 * do that these agents share.
 */
import * as z from 'zod';

import type { Block } from '../session/message.ts';
import { fieldsOf, type FieldsByTool, namedByFields, progressOf, summaryByFields } from './toolFields.ts';

const text = z.string().optional().catch(undefined);

export const Content = z.union([z.string(), z.array(z.unknown()), z.looseObject({})]).optional().catch(undefined);
export type Content = z.infer<typeof Content>;

export const Part = z.object({
  text,
  thought: z.unknown().optional(),
  functionCall: z.object({ id: text, name: text, args: z.unknown().optional() }).optional().catch(undefined),
  functionResponse: z.object({ id: text, name: text, response: z.object({ output: z.unknown().optional(), error: z.unknown().optional() }).optional().catch(undefined) }).optional().catch(undefined),
  inlineData: z.object({ mimeType: z.string(), data: z.string() }).optional().catch(undefined),
  fileData: z.object({ fileUri: text }).optional().catch(undefined),
});
export type Part = z.infer<typeof Part>;

/** A text is one part, and so is a single object. */
export function partsOf(content: Content): Part[] {
  const parts = typeof content === 'string' ? [{ text: content }] : Array.isArray(content) ? content : content === undefined ? [] : [content];
  return parts.flatMap((part) => Part.safeParse(typeof part === 'string' ? { text: part } : part).data ?? []);
}

export function readPart(part: Part): Block[] {
  const { text, thought, functionCall, functionResponse, inlineData, fileData } = part;
  if (functionCall) {
    return [toolCall(functionCall.id ?? '', functionCall.name ?? '', functionCall.args)];
  }
  if (functionResponse) {
    return [{ type: 'toolResult', callId: functionResponse.id ?? '', ...saidIn([part]) }];
  }
  if (inlineData) {
    return [inlineData.mimeType.startsWith('image/') ? { type: 'image', mediaType: inlineData.mimeType, data: inlineData.data } : { type: 'notice', text: `[${inlineData.mimeType}]` }];
  }
  if (fileData) {
    return [{ type: 'notice', text: fileData.fileUri ?? '[file]' }];
  }
  return nonEmpty({ type: thought === undefined || thought === false ? 'text' : 'thinking', text: text ?? '' });
}

/** What is said in parts, or answered by tools. */
export function saidIn(parts: readonly Part[]): { text: string; failed: boolean } {
  const answers = parts.map(({ text, functionResponse }) => [functionResponse?.response?.error, functionResponse?.response?.output ?? text] as const);
  return {
    text: answers.flat().flatMap((answer) => (answer === undefined ? [] : typeof answer === 'string' ? trusted(answer) : JSON.stringify(answer))).join('\n'),
    failed: answers.some(([error]) => error !== undefined),
  };
}

/** What tools answer is wrapped for the model, which is to take it with care. */
function trusted(answer: string): string {
  return /^<untrusted_context>\n?([\s\S]*?)\n?<\/untrusted_context>$/.exec(answer)?.[1] ?? answer;
}

export function toolCall(callId: string, name: string, input: unknown): Block {
  const { todos } = fieldsOf(input);
  const summary = /^(write_todos|todo_write)$/.test(name) && Array.isArray(todos) ? progressOf(todos) : summaryByFields(name, input, tellingFields);
  return { type: 'toolCall', callId, name, summary, input, writes: namedByFields(name, input, writingTools) };
}

const tellingFields: FieldsByTool = {
  agent: ['description', 'prompt'],
  edit: ['file_path'],
  glob: ['pattern'],
  google_web_search: ['query'],
  grep_search: ['pattern'],
  list_directory: ['dir_path', 'path'],
  read_file: ['file_path', 'absolute_path'],
  replace: ['file_path'],
  run_shell_command: ['command'],
  save_memory: ['fact'],
  search_file_content: ['pattern'],
  web_fetch: ['prompt', 'url'],
  write_file: ['file_path'],
};

const writingTools: FieldsByTool = { edit: ['file_path'], replace: ['file_path'], write_file: ['file_path'] };

/** Nothing for a text that says nothing. */
export function nonEmpty(block: { type: 'text' | 'thinking'; text: string }): Block[] {
  return block.text.trim() === '' ? [] : [block];
}
