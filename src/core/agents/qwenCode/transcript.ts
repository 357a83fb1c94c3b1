/**
 * Reads the records of a transcript into messages, one of each at most, in the order of the file. What the user went back
 * behind, or what was summed up, stays: it was said.
 */
import type { Block, Message } from '../../session/message.ts';
import { partsOf, readPart } from '../contentParts.ts';
import { notice } from '../notice.ts';
import { oneLine } from '../oneLine.ts';
import { utcTime } from '../recordTime.ts';
import type { RecordReader } from '../transcriptParts.ts';
import { TranscriptRecord } from './records.ts';

const titleLength = 100;

export class TranscriptReader implements RecordReader {
  records = 0;
  readonly isAnswering = false;
  /** As the first record says, by which the program knows whose the conversation is. */
  workingDirectory: string | undefined;

  #messages: Message[] = [];
  #earlier = 0;
  #customTitle: string | undefined;
  #firstRequest: string | undefined;

  add(value: object): boolean {
    const record = TranscriptRecord.safeParse(value).data;
    if (!record) {
      return false;
    }
    this.workingDirectory ??= record.cwd;
    this.records += 1;
    this.#read(record);
    return true;
  }

  get title(): string | undefined {
    const title = this.#customTitle ?? this.#firstRequest;
    return title === undefined ? undefined : oneLine(title, titleLength);
  }

  endPart(): Message[] {
    const messages = this.#messages;
    this.#earlier += messages.length;
    this.#messages = [];
    return messages;
  }

  #read(record: TranscriptRecord): void {
    const blocks = partsOf(record.message?.parts).flatMap((part) => readPart(part));
    switch (record.type) {
      case 'user':
        this.#user(record, blocks);
        return;
      case 'assistant':
        this.#say(record, 'assistant', blocks);
        return;
      case 'tool_result': {
        const failed = record.toolCallResult?.status === 'error' || record.toolCallResult?.status === 'cancelled';
        this.#say(record, 'system', blocks.map((block) => (block.type === 'toolResult' ? { ...block, failed: block.failed || failed } : block)));
        return;
      }
      case 'system':
        this.#system(record);
    }
  }

  /** What is written into the talk in the user's place, such as that a task in the background has ended, has a kind of its own. */
  #user(record: TranscriptRecord, blocks: Block[]): void {
    const { subtype, systemPayload } = record;
    if (subtype !== undefined && subtype !== 'mid_turn_user_message') {
      this.#say(record, 'system', notice(systemPayload?.displayText ?? textsOf(blocks)));
      return;
    }
    this.#say(record, 'user', blocks);
    const words = textsOf(blocks);
    this.#firstRequest ??= words.trim() === '' ? undefined : words;
  }

  #system(record: TranscriptRecord): void {
    const { subtype, systemPayload } = record;
    switch (subtype) {
      case 'custom_title':
        this.#customTitle = systemPayload?.customTitle ?? this.#customTitle;
        return;
      case 'slash_command':
        this.#say(record, 'user', systemPayload?.phase === 'result' ? [] : notice(systemPayload?.rawCommand ?? ''));
        return;
      case 'rewind':
        this.#say(record, 'system', notice('Went back to an earlier message.'));
        return;
      case 'chat_compression':
        this.#say(record, 'system', notice('What was said before was summed up for the model.'));
        return;
      default:
    }
  }

  #say(record: TranscriptRecord, author: Message['author'], blocks: Block[]): void {
    if (blocks.length === 0) {
      return;
    }
    const at = utcTime(record.timestamp);
    this.#messages.push({
      index: this.#earlier + this.#messages.length,
      id: record.uuid,
      author,
      ...(at === undefined ? {} : { at }),
      blocks,
      ...(record.gitBranch === undefined ? {} : { branch: record.gitBranch }),
      ...(record.cwd === undefined ? {} : { workingDirectory: record.cwd }),
    });
  }
}

function textsOf(blocks: readonly Block[]): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
