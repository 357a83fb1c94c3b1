/**
 * Folds the records of a transcript into messages, in the order of the file: parent links run through records that
 * are no messages, point forwards and into nowhere, so the file's order is the one that can be trusted.
 *
 * The program writes one answer of the model as several records that share `message.id`, with tool results between
 * them; they become one message at the place of the first.
 */
import type { Block, Message } from '../../session/message.ts';
import { notice } from '../notice.ts';
import { oneLine } from '../oneLine.ts';
import { utcTime } from '../recordTime.ts';
import type { RecordReader } from '../transcriptParts.ts';
import { plainText, readAssistantContent, readUserContent } from './blocks.ts';
import type { Content } from './records.ts';
import { isQuiet, TranscriptRecord } from './records.ts';

const titleLength = 100;

/** Ids that name one record in the world; trimmed or invented ones may repeat without being repetitions. */
const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class TranscriptReader implements RecordReader {
  records = 0;
  #messages: Message[] = [];
  /** Messages of the parts that have ended. */
  #earlier = 0;
  /** Working directories that the records name, in the order of their first mention. */
  readonly workingDirectories = new Set<string>();
  /** The session that the first record with one names. */
  sessionId: string | undefined;

  readonly #seen = new Set<string>();
  /** Answers that may go on in a later record, by `message.id`. */
  readonly #open = new Map<string, Message>();
  #customTitle: string | undefined;
  #aiTitle: string | undefined;
  #summaries: { text: string; leaf: string | undefined }[] = [];
  #firstRequest: string | undefined;

  /** False when the value is not a record of a known kind. */
  add(value: object): boolean {
    const record = TranscriptRecord.safeParse(value).data;
    if (!record) {
      return false;
    }
    if (record.uuid !== undefined && uuidShape.test(record.uuid)) {
      if (this.#seen.has(record.uuid)) {
        return true;
      }
      this.#seen.add(record.uuid);
    }
    this.sessionId ??= record.sessionId;
    if (record.cwd !== undefined) {
      this.workingDirectories.add(record.cwd);
    }
    const known = this.#read(record);
    this.records += known ? 1 : 0;
    return known;
  }

  get isAnswering(): boolean {
    return this.#open.size > 0;
  }

  endPart(): Message[] {
    const messages = this.#messages;
    this.#earlier += messages.length;
    this.#messages = [];
    this.#open.clear();
    return messages;
  }

  /**
   * The user's own title, else the agent's, else a summary of this conversation, else the first request. A summary
   * whose last record is not here is about the conversation this one went on from: better than nothing.
   */
  get title(): string | undefined {
    const own = this.#summaries.findLast(({ leaf }) => leaf !== undefined && this.#seen.has(leaf));
    const title = this.#customTitle ?? this.#aiTitle ?? own?.text ?? this.#firstRequest ?? this.#summaries.at(-1)?.text;
    return title === undefined ? undefined : oneLine(title, titleLength);
  }

  #read(record: TranscriptRecord): boolean {
    switch (record.type) {
      case 'user':
        return record.message?.content !== undefined && this.#user(record, record.message.content);
      case 'assistant':
        return record.message?.content !== undefined && this.#assistant(record, record.message.id, record.message.content);
      case 'system':
        this.#system(record);
        return true;
      case 'attachment':
        this.#attachment(record);
        return true;
      case 'custom-title':
        this.#customTitle = told(record.customTitle) ?? this.#customTitle;
        return true;
      case 'ai-title':
        this.#aiTitle = told(record.aiTitle) ?? this.#aiTitle;
        return true;
      case 'summary':
        if (told(record.summary) !== undefined) {
          this.#summaries.push({ text: record.summary ?? '', leaf: record.leafUuid });
        }
        return true;
      default:
        return isQuiet(record);
    }
  }

  #user(record: TranscriptRecord, content: NonNullable<Content>): true {
    if (record.isCompactSummary === true) {
      this.#say(record, 'system', notice(plainText(content)));
      return true;
    }
    const parts = readUserContent(content);
    if (record.isMeta === true) {
      // What the program adds on its own, such as the text of a skill, in the shape of a user's message.
      this.#say(record, 'system', parts.flatMap(({ block }) => (block.type === 'text' ? notice(block.text) : [block])));
      return true;
    }
    const author = parts.some((part) => part.author === 'user') ? 'user' : 'system';
    const blocks = parts.map((part) => part.block);
    this.#say(record, author, blocks);
    if (author === 'user' && record.isSidechain !== true) {
      this.#open.clear();
      this.#firstRequest ??= blocks.find((block) => block.type === 'text')?.text;
    }
    return true;
  }

  #assistant(record: TranscriptRecord, id: string | undefined, content: NonNullable<Content>): true {
    if (record.isApiErrorMessage === true) {
      this.#say(record, 'system', notice(plainText(content)));
      return true;
    }
    const blocks = readAssistantContent(content);
    const key = `${String(record.isSidechain === true)} ${id ?? ''}`;
    const open = id === undefined ? undefined : this.#open.get(key);
    if (open) {
      open.blocks.push(...blocks);
      return true;
    }
    const message = this.#say(record, 'assistant', blocks);
    if (message && id !== undefined) {
      this.#open.set(key, message);
    }
    return true;
  }

  #system(record: TranscriptRecord): void {
    switch (record.subtype) {
      case 'bridge_status':
      case 'microcompact_boundary':
      case 'stop_hook_summary':
      case 'turn_duration':
        return;
      case 'api_error':
        this.#say(record, 'system', notice(record.error?.formatted ?? record.error?.message ?? ''));
        return;
      case 'local_command': {
        const parts = readUserContent(record.content);
        this.#say(record, parts.some((part) => part.author === 'user') ? 'user' : 'system', parts.map((part) => part.block));
        return;
      }
      default:
        this.#say(record, 'system', notice(record.content ?? ''));
    }
  }

  /** A prompt typed while the agent was at work is kept as an attachment, unless it also became a record of its own. */
  #attachment(record: TranscriptRecord): void {
    const { type, prompt, source_uuid: source } = record.attachment ?? {};
    if (type === 'queued_command' && prompt !== undefined && !(source !== undefined && this.#seen.has(source))) {
      this.#user(record, prompt);
    }
  }

  #say(record: TranscriptRecord, author: Message['author'], blocks: Block[]): Message | undefined {
    if (blocks.length === 0) {
      return undefined;
    }
    const at = utcTime(record.timestamp);
    const branch = told(record.gitBranch);
    const message: Message = {
      index: this.#earlier + this.#messages.length,
      ...(record.uuid === undefined ? {} : { id: record.uuid }),
      author,
      ...(at === undefined ? {} : { at }),
      blocks,
      ...(branch === undefined ? {} : { branch }),
      ...(record.cwd === undefined ? {} : { workingDirectory: record.cwd }),
      ...(record.isSidechain === true ? { sidechain: true } : {}),
    };
    this.#messages.push(message);
    return message;
  }
}

function told(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
