/** Folds the events of a session into messages, in the order of the file, which is the order in which they happened. */
import type * as z from 'zod';

import type { Block, Message } from '../../session/message.ts';
import { notice } from '../notice.ts';
import { oneLine } from '../oneLine.ts';
import { utcTime } from '../recordTime.ts';
import { fieldsOf, stringField } from '../toolFields.ts';
import type { RecordReader } from '../transcriptParts.ts';
import { AssistantMessage, Attachment, ContextChanged, ImageContent, noticeFields, SessionEvent, SessionOpened, ToolComplete, ToolRequest, UserMessage, UserRequestedTool } from './records.ts';
import { toolSummary, toolWrites } from './toolCalls.ts';

const titleLength = 100;

export class TranscriptReader implements RecordReader {
  records = 0;
  /** Where the session works, as of so far. */
  workingDirectory: string | undefined;
  #branch: string | undefined;
  #messages: Message[] = [];
  /** Messages of the parts that have ended. */
  #earlier = 0;
  readonly #seen = new Set<string>();
  /** An answer of which more is to come. */
  #open: { id: string | undefined; message: Message } | undefined;
  #firstRequest: string | undefined;

  add(value: object): boolean {
    const event = SessionEvent.safeParse(value).data;
    if (!event) {
      return false;
    }
    if (!this.#seen.has(event.id)) {
      this.#seen.add(event.id);
      this.#read(event);
      this.records += 1;
    }
    return true;
  }

  get isAnswering(): boolean {
    return this.#open !== undefined;
  }

  /** The first request; the title that the program gives lies in another file. */
  get title(): string | undefined {
    return this.#firstRequest === undefined ? undefined : oneLine(this.#firstRequest, titleLength);
  }

  endPart(): Message[] {
    const messages = this.#messages;
    this.#earlier += messages.length;
    this.#messages = [];
    this.#open = undefined;
    return messages;
  }

  #read(event: SessionEvent): void {
    switch (event.type) {
      case 'session.start':
      case 'session.resume':
        this.#moveTo(SessionOpened.parse(event.data).context);
        return;
      case 'session.context_changed':
        this.#moveTo(ContextChanged.parse(event.data));
        return;
      case 'user.message':
        this.#user(event);
        return;
      case 'assistant.message':
        this.#assistant(event);
        return;
      case 'tool.user_requested':
        this.#say(event, 'user', userRequested(event));
        return;
      case 'tool.execution_complete':
        this.#say(event, 'system', toolResult(event));
        return;
      default:
        this.#say(event, 'system', told(event));
    }
  }

  #moveTo(context: z.infer<typeof ContextChanged> | undefined): void {
    if (context) {
      this.workingDirectory = context.cwd ?? this.workingDirectory;
      this.#branch = context.branch;
    }
  }

  #user(event: SessionEvent): void {
    const { data } = UserMessage.safeParse(event.data);
    if (!data) {
      return;
    }
    const isPersons = data.isAutopilotContinuation !== true && (data.source === undefined || data.source === 'user' || event.agentId !== undefined);
    const blocks = isPersons ? said('text', data.content.trim()) : notice(data.content);
    this.#say(event, isPersons ? 'user' : 'system', [...blocks, ...data.attachments.flatMap(attached)]);
    if (isPersons && event.agentId === undefined && blocks.length > 0) {
      this.#firstRequest ??= data.content;
    }
  }

  #assistant(event: SessionEvent): void {
    const { messageId, content, reasoningText, toolRequests, chunkIndex = 0, chunkCount = 1 } = AssistantMessage.parse(event.data);
    const blocks: Block[] = [
      ...said('thinking', reasoningText),
      ...said('text', content),
      ...toolRequests.flatMap((request): Block[] => {
        const { data } = ToolRequest.safeParse(request);
        return data ? [toolCall(data.toolCallId, data.name, data.arguments)] : [];
      }),
    ];
    const open = this.#open?.id === messageId ? this.#open?.message : undefined;
    open?.blocks.push(...blocks);
    const message = open ?? this.#say(event, 'assistant', blocks);
    this.#open = message && messageId !== undefined && chunkIndex + 1 < chunkCount ? { id: messageId, message } : undefined;
  }

  #say(event: SessionEvent, author: Message['author'], blocks: Block[]): Message | undefined {
    if (blocks.length === 0) {
      return undefined;
    }
    const at = utcTime(event.timestamp);
    const message: Message = {
      index: this.#earlier + this.#messages.length,
      id: event.id,
      author,
      ...(at === undefined ? {} : { at }),
      blocks,
      ...(this.#branch === undefined ? {} : { branch: this.#branch }),
      ...(this.workingDirectory === undefined ? {} : { workingDirectory: this.workingDirectory }),
      ...(event.agentId === undefined ? {} : { sidechain: true }),
    };
    this.#messages.push(message);
    return message;
  }
}

function said(type: 'text' | 'thinking', text: string): Block[] {
  return text.trim() === '' ? [] : [{ type, text }];
}

function toolCall(callId: string, name: string, input: unknown): Block {
  return { type: 'toolCall', callId, name, summary: toolSummary(name, input), input, writes: toolWrites(name, input) };
}

/** A command that the person ran from the prompt. */
function userRequested({ data }: SessionEvent): Block[] {
  const { toolCallId, toolName, arguments: input } = UserRequestedTool.parse(data);
  const command = stringField(fieldsOf(input), 'command');
  return [command === undefined ? toolCall(toolCallId, toolName, input) : { type: 'text', text: `!${command}` }];
}

function toolResult({ data }: SessionEvent): Block[] {
  const { toolCallId: callId, success, result, error } = ToolComplete.parse(data);
  const images = (result?.contents ?? []).flatMap((content): Block[] => {
    const image = ImageContent.safeParse(content).data;
    return image ? [{ type: 'image', mediaType: image.mimeType, data: image.data }] : [];
  });
  return [{ type: 'toolResult', callId, text: (success ? result?.content : (error?.message ?? result?.content)) ?? '', failed: !success }, ...images];
}

function attached(value: unknown): Block[] {
  const { data } = Attachment.safeParse(value);
  if (!data) {
    return [];
  }
  const { type, displayName, path, mimeType, data: content } = data;
  return [content !== undefined && mimeType?.startsWith('image/') === true
    ? { type: 'image', mediaType: mimeType, data: content }
    : { type: 'notice', text: `[${displayName ?? path ?? type ?? 'attachment'}]` }];
}

function told({ type, data }: SessionEvent): Block[] {
  const field = Object.hasOwn(noticeFields, type) ? noticeFields[type] : undefined;
  const text = field === undefined ? undefined : stringField(data, field);
  return notice((text ?? '').replaceAll(/<\/?system_notification>/g, ''));
}
