/**
 * Folds the records of a transcript into messages, in the order of the file. The program writes what goes to the model and
 * back (`response_item`), and most of it again as events for its own screen: the former tells all, of the latter only what
 * nothing else says is read.
 *
 * What the model says in one go is several records; they become one message, and so do the results that follow.
 */
import type { Block, Message } from '../../session/message.ts';
import { notice } from '../notice.ts';
import { oneLine } from '../oneLine.ts';
import { utcTime } from '../recordTime.ts';
import type { RecordReader } from '../transcriptParts.ts';
import { readItem } from './items.ts';
import { EventMessage, quietTypes, ResponseItem, RolloutRecord, SessionMeta, TurnContext } from './records.ts';

const titleLength = 100;

export class TranscriptReader implements RecordReader {
  records = 0;
  /** What the first record says of the conversation; undefined as long as none did. */
  meta: SessionMeta | undefined;
  /** Where the agent ran last. */
  lastFolder: string | undefined;
  /** Of models, as it was set last. */
  provider: string | undefined;
  #messages: Message[] = [];
  /** Messages of the parts that have ended. */
  #earlier = 0;
  /** The message that the next record may add to. */
  #open: Message | undefined;
  /** As the records of this part say. */
  #context: Pick<Message, 'branch' | 'workingDirectory'> = {};
  #name: string | undefined;
  #firstRequest: string | undefined;

  get isAnswering(): boolean {
    return this.#open !== undefined;
  }

  /** The name of the conversation, else the first request. */
  get title(): string | undefined {
    const title = this.#name ?? this.#firstRequest;
    return title === undefined ? undefined : oneLine(title, titleLength);
  }

  add(value: object): boolean {
    const record = RolloutRecord.safeParse(value).data;
    const known = record !== undefined && this.#read(record);
    this.records += known ? 1 : 0;
    return known;
  }

  endPart(): Message[] {
    const messages = this.#messages;
    this.#earlier += messages.length;
    this.#messages = [];
    this.#open = undefined;
    this.#context = {};
    return messages;
  }

  #read({ type, timestamp, payload }: RolloutRecord): boolean {
    switch (type) {
      case 'session_meta':
        this.#begin(SessionMeta.parse(payload));
        return true;
      case 'turn_context':
        this.#runIn(TurnContext.parse(payload).cwd);
        return true;
      case 'response_item': {
        const item = ResponseItem.safeParse(payload).data;
        for (const { author, blocks } of item ? readItem(item) : []) {
          this.#say(author, blocks, { timestamp, ...(item?.type === 'message' ? { id: item.id } : {}) });
        }
        return item !== undefined;
      }
      case 'event_msg': {
        const event = EventMessage.safeParse(payload).data;
        if (event) {
          this.#happen(event, timestamp);
        }
        return event !== undefined;
      }
      case 'compacted': {
        const { message } = payload;
        this.#say('system', notice(typeof message === 'string' && message.trim() !== '' ? message : '[compacted]'), { timestamp });
        return true;
      }
      default:
        return quietTypes.has(type);
    }
  }

  #begin(meta: SessionMeta): void {
    if (this.meta === undefined) {
      this.meta = meta;
      this.provider ??= meta.model_provider;
      this.#runIn(meta.cwd);
      this.#context = { ...this.#context, ...(meta.git?.branch === undefined ? {} : { branch: meta.git.branch }) };
    }
  }

  #runIn(folder: string | undefined): void {
    if (folder !== undefined) {
      this.lastFolder = folder;
      this.#context = { ...this.#context, workingDirectory: folder };
    }
  }

  #happen(event: EventMessage, timestamp: string | undefined): void {
    switch (event.type) {
      case 'task_started':
      case 'task_complete':
        this.#open = undefined;
        return;
      case 'thread_name_updated':
        this.#name = event.thread_name ?? this.#name;
        return;
      case 'thread_settings_applied':
        this.provider = event.thread_settings?.model_provider_id ?? this.provider;
        return;
      case 'turn_aborted':
        this.#say('system', notice(event.reason ?? ''), { timestamp });
        this.#open = undefined;
        return;
      case 'exited_review_mode':
        this.#say('system', notice(event.review_output?.overall_explanation ?? ''), { timestamp });
        return;
      case 'thread_rolled_back':
        this.#say('system', notice(`[${event.type}]`), { timestamp });
        return;
      case 'error':
      case 'stream_error':
      case 'undo_completed':
      case 'warning':
        this.#say('system', notice(event.message ?? ''), { timestamp });
        return;
      default:
    }
  }

  #say(author: Message['author'], blocks: Block[], { id, timestamp }: { id?: string | undefined; timestamp?: string | undefined }): void {
    if (blocks.length === 0) {
      return;
    }
    if (author === 'user') {
      this.#firstRequest ??= blocks.find((block) => block.type === 'text')?.text;
    }
    if (this.#open?.author === author) {
      this.#open.blocks.push(...blocks);
      return;
    }
    const at = utcTime(timestamp);
    const message: Message = { index: this.#earlier + this.#messages.length, ...(id === undefined ? {} : { id }), author, ...(at === undefined ? {} : { at }), blocks, ...this.#context };
    this.#messages.push(message);
    this.#open = author === 'user' ? undefined : message;
  }
}
