/** The requests of a chat, each with its response, as messages. What a kind of part that is not known says is not shown. */
import * as z from 'zod';

import type { Block, Message } from '../../session/message.ts';
import { oneLine } from '../oneLine.ts';
import { summaryLine } from '../toolFields.ts';

const titleLength = 100;
/** As package.json contributes it. */
const ownParticipant = 'convosync.chat';

const text = z.string().optional().catch(undefined);
const Markdown = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]).optional().catch(undefined);
const Place = z.object({ fsPath: text, path: text }).transform(({ fsPath, path }) => fsPath ?? path).optional().catch(undefined);

const Part = z.looseObject({
  kind: text,
  value: Markdown,
  content: Markdown,
  name: text,
  inlineReference: z.unknown().optional(),
  toolId: text,
  toolCallId: text,
  invocationMessage: Markdown,
  pastTenseMessage: Markdown,
  resultDetails: z.unknown().optional(),
  uri: Place,
});
type Part = z.infer<typeof Part>;

const Request = z.looseObject({
  agent: z.object({ id: text }).optional().catch(undefined),
  requestId: text,
  responseId: text,
  timestamp: z.number().optional().catch(undefined),
  message: z.union([z.string(), z.object({ text: z.string() }).transform((message) => message.text)]).optional().catch(undefined),
  variableData: z.object({ variables: z.array(z.object({ name: text })) }).optional().catch(undefined),
  response: z.array(z.unknown()).optional().catch(undefined),
  result: z.object({ errorDetails: z.object({ message: text }).optional().catch(undefined) }).optional().catch(undefined),
});

export interface Chat {
  messages: Message[];
  title?: string;
  /** Nobody was asked but ConvoSync: it is about sessions, and none of the work that they hold. */
  isAboutSessions: boolean;
}

export function readChat(state: Readonly<Record<string, unknown>>): Chat {
  const messages: Message[] = [];
  const requests = z.array(z.unknown()).catch([]).parse(state['requests']);
  let isAboutSessions = requests.length > 0;
  for (const each of requests) {
    const request = Request.safeParse(each).data;
    if (request) {
      isAboutSessions &&= request.agent?.id === ownParticipant;
      const at = timeOf(request.timestamp);
      const add = (author: Message['author'], id: string | undefined, blocks: Block[]): void => {
        if (blocks.length > 0) {
          messages.push({ index: messages.length, ...(id === undefined ? {} : { id }), author, ...(at === undefined ? {} : { at }), blocks });
        }
      };
      const attached = (request.variableData?.variables ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
      add('user', request.requestId, [...textBlock(request.message), ...(attached.length === 0 ? [] : [{ type: 'notice', text: `Attached: ${attached.join(', ')}` } as const])]);
      add('assistant', request.responseId, responseBlocks(request.response ?? []));
      add('system', undefined, noticeBlock(request.result?.errorDetails?.message));
    }
  }
  const asked = messages.find(({ author }) => author === 'user')?.blocks.find((block) => block.type === 'text');
  const title = z.string().catch('').parse(state['customTitle']) || asked?.text;
  return { messages, isAboutSessions, ...(title === undefined || title === '' ? {} : { title: oneLine(title, titleLength) }) };
}

/** Text comes in many parts, with links to files between them: it is one block up to the next tool. */
function responseBlocks(parts: readonly unknown[]): Block[] {
  const blocks: Block[] = [];
  let words = '';
  const endText = (next?: Block): void => {
    // An edit stands between the fences of a code block that holds nothing else.
    const after = isEdit(blocks.at(-1)) ? words.replace(/^\s*```[^\S\n]*(\n|$)/, '') : words;
    blocks.push(...textBlock(isEdit(next) ? after.replace(/(^|\n)```\S*\s*$/, '') : after));
    words = '';
  };
  for (const each of parts) {
    const part = Part.safeParse(each).data;
    const said = part && wordsOf(part);
    if (said !== undefined) {
      words += said;
    } else if (part) {
      const shown = blocksOf(part);
      if (shown.length > 0) {
        endText(shown[0]);
        blocks.push(...shown);
      }
    }
  }
  endText();
  return blocks;
}

function wordsOf({ kind, value, content, name, inlineReference }: Part): string | undefined {
  switch (kind) {
    case undefined:
      return value;
    case 'markdownContent':
      return content;
    case 'inlineReference': {
      const place = Place.parse(inlineReference) ?? Place.parse(z.looseObject({ uri: z.unknown() }).safeParse(inlineReference).data?.uri);
      const label = name ?? place?.split(/[\\/]/).at(-1);
      return label === undefined ? '' : `\`${label}\``;
    }
    default:
      return undefined;
  }
}

function blocksOf({ kind, value, toolId, toolCallId = '', invocationMessage, pastTenseMessage, resultDetails, uri }: Part): Block[] {
  switch (kind) {
    case 'thinking':
      return value === undefined || value.trim() === '' ? [] : [{ type: 'thinking', text: value }];
    case 'toolInvocationSerialized': {
      const call: Block = { type: 'toolCall', callId: toolCallId, name: toolId ?? 'tool', summary: summaryLine(pastTenseMessage ?? invocationMessage ?? ''), input: resultDetails, writes: [] };
      return [call];
    }
    case 'textEditGroup':
    case 'notebookEditGroup':
      return uri === undefined ? [] : [{ type: 'toolCall', callId: toolCallId, name: 'edit', summary: summaryLine(uri), input: undefined, writes: [uri] }];
    default:
      return [];
  }
}

function isEdit(block: Block | undefined): boolean {
  return block?.type === 'toolCall' && block.writes.length > 0;
}

function textBlock(words: string | undefined): Block[] {
  const said = words?.trim() ?? '';
  return said === '' ? [] : [{ type: 'text', text: said }];
}

function noticeBlock(words: string | undefined): Block[] {
  return words === undefined || words.trim() === '' ? [] : [{ type: 'notice', text: words.trim() }];
}

function timeOf(timestamp: number | undefined): string | undefined {
  const time = new Date(timestamp ?? NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
