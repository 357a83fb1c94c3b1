/** Parts of messages, as the Gemini API shapes them, read into neutral blocks. */
import type { Block } from '../../session/message.ts';
import { notice } from '../notice.ts';
import { fieldsOf, type FieldsByTool, namedByFields, progressOf, summaryByFields } from '../toolFields.ts';
import { type MessageRecord, type Part, partsOf, Thought, ToolCall } from './records.ts';

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

function readPart(part: Part): Block[] {
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

function saidIn(parts: readonly Part[]): { text: string; failed: boolean } {
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

function toolCall(callId: string, name: string, input: unknown): Block {
  const { todos } = fieldsOf(input);
  const summary = name === 'write_todos' && Array.isArray(todos) ? progressOf(todos) : summaryByFields(name, input, tellingFields);
  return { type: 'toolCall', callId, name, summary, input, writes: namedByFields(name, input, writingTools) };
}

const tellingFields: FieldsByTool = {
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

const writingTools: FieldsByTool = { replace: ['file_path'], write_file: ['file_path'] };

function nonEmpty(block: { type: 'text' | 'thinking'; text: string }): Block[] {
  return block.text.trim() === '' ? [] : [block];
}
