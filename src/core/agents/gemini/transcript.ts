/**
 * Folds the records of a transcript into messages. A message that is written again, under its id, changes where it stands:
 * that is how the program adds calls and results to an answer. A record with the whole talk adds what is new in it alone, as
 * it also comes from cutting a long talk short; and going back leaves what was said, and says so: what is here was once said.
 */
import type { Block, Message } from '../../session/message.ts';
import { oneLine } from '../oneLine.ts';
import { utcTime } from '../recordTime.ts';
import type { RecordReader } from '../transcriptParts.ts';
import { isCommand, readAnswer, readUserParts } from './blocks.ts';
import type { HeaderRecord, MessageRecord } from './records.ts';
import { readRecord } from './records.ts';

const titleLength = 100;

type Said = Omit<Message, 'index'>;

export class TranscriptReader implements RecordReader {
  records = 0;
  readonly mayBeDocument = true;
  /** As the first record with one says; undefined for what is no conversation. */
  sessionId: string | undefined;
  /** `subagent` for the work of one. */
  kind: string | undefined;
  /** Somebody said something. */
  hasMessages = false;

  /** Those of this part: what each record says, as it was last written. */
  #said = new Map<string, Said[]>();
  #earlier = 0;
  readonly #seen = new Set<string>();
  readonly #answered = new Set<string>();
  readonly #requests = new Map<string, string>();
  #summary: string | undefined;
  #rewinds = 0;
  /** The id of an answer that may go on in a later record. */
  #answering: string | undefined;

  add(value: object): boolean {
    const record = readRecord(value);
    if (!record) {
      return false;
    }
    this.records += 1;
    if ('message' in record) {
      this.#message(record.message);
    } else if ('header' in record) {
      this.#header(record.header);
    } else {
      this.#rewind(record.rewindTo);
    }
    return true;
  }

  get isAnswering(): boolean {
    return this.#answering !== undefined;
  }

  /** The program's summary, else the first request. */
  get title(): string | undefined {
    const title = this.#summary ?? [...this.#requests.values()].find((text) => !isCommand(text));
    return title === undefined ? undefined : oneLine(title, titleLength);
  }

  endPart(): Message[] {
    const messages = [...this.#said.values()].flat().map((said, at) => ({ index: this.#earlier + at, ...said }));
    this.#earlier += messages.length;
    this.#said = new Map();
    this.#answering = undefined;
    return messages;
  }

  #header({ sessionId, kind, summary, messages = [] }: HeaderRecord): void {
    this.sessionId ??= sessionId;
    this.kind ??= kind;
    this.#summary = summary !== undefined && summary.trim() !== '' ? summary : this.#summary;
    for (const message of messages) {
      const record = readRecord(message);
      if (record && 'message' in record && !this.#seen.has(record.message.id)) {
        this.#message(record.message);
      }
    }
  }

  #message(record: MessageRecord): void {
    const { id } = record;
    if (this.#seen.has(id) && !this.#said.has(id)) {
      // It was told in an earlier part, which has ended.
      return;
    }
    const said = this.#read(record);
    this.#seen.add(id);
    this.#said.set(id, said);
    this.hasMessages ||= said.length > 0;
    this.#answering = record.type === 'gemini' ? id : undefined;
  }

  #read(record: MessageRecord): Said[] {
    switch (record.type) {
      case 'user':
        return this.#user(record);
      case 'gemini':
        return this.#answer(record);
      default:
        return this.#say(record, 'system', readUserParts(record).map((block) => (block.type === 'text' ? { type: 'notice', text: block.text } : block)));
    }
  }

  #answer(record: MessageRecord): Said[] {
    const { blocks, results } = readAnswer(record);
    results.forEach((result) => result.type === 'toolResult' && this.#answered.add(result.callId));
    return [...this.#say(record, 'assistant', blocks), ...this.#say({ ...record, id: undefined }, 'system', results)];
  }

  #user(record: MessageRecord): Said[] {
    const blocks = readUserParts(record);
    const results = blocks.filter((block) => block.type === 'toolResult' && !this.#answered.has(block.callId));
    const words = blocks.filter((block) => block.type !== 'toolResult');
    const isPersons = words.some((block) => block.type !== 'notice' || isCommand(block.text));
    const request = words.find((block) => block.type === 'text');
    if (request && !this.#requests.has(record.id)) {
      this.#requests.set(record.id, oneLine(request.text, titleLength));
    }
    return [...this.#say(record, isPersons ? 'user' : 'system', words), ...this.#say(record, 'system', results)];
  }

  #rewind(id: string): void {
    const request = this.#requests.get(id);
    const text = request === undefined ? 'Went back to an earlier message.' : `Went back to before: ${request}`;
    this.#rewinds += 1;
    this.#answering = undefined;
    this.#said.set(`rewind ${this.#rewinds}`, [{ author: 'system', blocks: [{ type: 'notice', text }] }]);
  }

  #say({ id, timestamp }: { id?: string | undefined; timestamp?: string | undefined }, author: Message['author'], blocks: Block[]): Said[] {
    const at = utcTime(timestamp);
    return blocks.length === 0 ? [] : [{ ...(id === undefined ? {} : { id }), author, ...(at === undefined ? {} : { at }), blocks }];
  }
}
