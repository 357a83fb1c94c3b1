/** Folds the messages of a session into neutral ones. What tools answered stands in the message that called them, and becomes one of its own. */
import type { Block, Message } from '../../session/message.ts';
import { notice } from '../notice.ts';
import { oneLine } from '../oneLine.ts';
import type { RecordReader } from '../transcriptParts.ts';
import { MessageRecord, Part } from './records.ts';
import { toolSummary, toolWrites } from './toolCalls.ts';

const titleLength = 100;

export class TranscriptReader implements RecordReader {
  records = 0;
  readonly isAnswering = false;
  #messages: Message[] = [];
  /** Messages of the parts that have ended. */
  #earlier = 0;
  readonly #seen = new Set<string>();
  #firstRequest: string | undefined;

  add(value: object): boolean {
    const record = MessageRecord.safeParse(value).data;
    if (!record) {
      return false;
    }
    if (!this.#seen.has(record.id)) {
      this.#seen.add(record.id);
      this.#read(record);
      this.records += 1;
    }
    return true;
  }

  /** The first request; the title that the program gives lies in another file. */
  get title(): string | undefined {
    return this.#firstRequest === undefined ? undefined : oneLine(this.#firstRequest, titleLength);
  }

  endPart(): Message[] {
    const messages = this.#messages;
    this.#earlier += messages.length;
    this.#messages = [];
    return messages;
  }

  #read(record: MessageRecord): void {
    const author = record.data.role === 'assistant' ? 'assistant' : 'user';
    const said: Block[] = [];
    const answered: Block[] = [];
    for (const value of record.parts) {
      const part = Part.safeParse(value).data?.data;
      if (part) {
        said.push(...spoken(part));
        answered.push(...ofProgram(part));
      }
    }
    const { error } = record.data;
    this.#say(record, author, said);
    this.#say(record, 'system', [...answered, ...notice(error ? (error.data?.message ?? error.name ?? '') : '')]);
    if (author === 'user') {
      this.#firstRequest ??= said.find((block) => block.type === 'text')?.text;
    }
  }

  #say({ id, data }: MessageRecord, author: Message['author'], blocks: Block[]): void {
    if (blocks.length === 0) {
      return;
    }
    const at = timeOf(data.time?.created);
    const cwd = data.path?.cwd;
    this.#messages.push({
      index: this.#earlier + this.#messages.length,
      id,
      author,
      ...(at === undefined ? {} : { at }),
      blocks,
      ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    });
  }
}

/** What the one who speaks says or calls. */
function spoken({ type, text = '', synthetic, tool = '', callID = '', state, mime = '', url = '', filename }: Part['data']): Block[] {
  switch (type) {
    case 'text':
      return synthetic === true || text.trim() === '' ? [] : [{ type: 'text', text }];
    case 'reasoning':
      return text.trim() === '' ? [] : [{ type: 'thinking', text }];
    case 'tool':
      return [{ type: 'toolCall', callId: callID, name: tool, summary: toolSummary(tool, state?.input), input: state?.input, writes: toolWrites(tool, state?.input) }];
    case 'file': {
      const data = mime.startsWith('image/') ? /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1] : undefined;
      return data === undefined ? notice(`[${filename ?? (url.startsWith('data:') ? mime : url)}]`) : [{ type: 'image', mediaType: mime, data }];
    }
    default:
      return [];
  }
}

/** What tools answered, and what the program says of itself. */
function ofProgram({ type, text = '', synthetic, callID = '', state, description, error }: Part['data']): Block[] {
  switch (type) {
    case 'text':
      return synthetic === true ? notice(text) : [];
    case 'tool':
      return state?.status === 'completed' || state?.status === 'error'
        ? [{ type: 'toolResult', callId: callID, text: (state.status === 'error' ? state.error : state.output) ?? '', failed: state.status === 'error' }]
        : [];
    case 'subtask':
      return notice(description ?? '');
    case 'retry':
      return notice(error?.data?.message ?? error?.name ?? '');
    case 'compaction':
      return notice('[compaction]');
    default:
      return [];
  }
}

/** @param milliseconds since the epoch; what no clock says is no time */
function timeOf(milliseconds: number | undefined): string | undefined {
  const time = new Date(milliseconds ?? NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
