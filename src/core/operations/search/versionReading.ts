/**
 * Reads one version of a conversation into the search index: on from the thread that it is proven to go on from; else what it
 * says is compared with what is there, and from where it says otherwise than all others it is a thread of its own.
 */
import type { Message, TranscriptPart } from '../../session/message.ts';
import { messageText } from '../../session/search/messageText.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import type { Entry, SearchIndex, Stretch, Thread, Writing } from '../../vault/searchIndex.ts';
import type { SavedSession } from '../../vault/state.ts';
import { before, whole } from './versions.ts';

/** As a session holds it. */
export interface Version {
  session: SavedSession;
  stored: StoredConversation;
  /** Its transcript. */
  file: StoredFile;
}

export interface VersionReadingOptions {
  version: Version;
  index: SearchIndex;
  write: (action: (writing: Writing) => void) => Promise<void>;
  /** How many bytes of it have been read. */
  onRead: (size: number) => void;
}

/** Characters that are written in one transaction, or a part of a transcript more. */
const perWriting = 2_000_000;

export class VersionReading {
  readonly #options: VersionReadingOptions;
  /** Those that say the same as far as was read, while it is none of its own. */
  #alike: Thread[] = [];
  #thread: Pick<Thread, 'thread' | 'begins'> | undefined;
  #waiting: Entry[] = [];
  #waitingSize = 0;
  /** When the last message was said; those that do not tell were said then. */
  #at: number;

  constructor(options: VersionReadingOptions) {
    this.#options = options;
    this.#at = Date.parse(options.version.session.summary.savedAt);
  }

  /**
   * @param parts from the beginning, or what follows the settled part of the thread
   * @param from the thread, or those of which one may say the same
   * @returns where all of it lies
   */
  async read(parts: AsyncIterable<TranscriptPart>, from: Thread | readonly Thread[]): Promise<Stretch[]> {
    const { version: { file }, write, onRead } = this.#options;
    const known = 'thread' in from ? from : undefined;
    let [settled, settledMessages] = [known?.settled ?? 0, known?.settledMessages ?? 0];
    let [read, messages] = [settled, settledMessages];
    if (known) {
      this.#thread = known;
      await write((writing) => writing.reopen(known));
    } else {
      this.#alike = [...(from as readonly Thread[])];
    }
    for await (const part of parts) {
      [settled, settledMessages] = [read, messages];
      await this.#add(part.messages.map((message, index) => this.#entry(message, settledMessages + index)), settledMessages);
      read += part.size;
      messages += part.messages.length;
      onRead(read);
    }
    const thread = this.#thread;
    if (!thread) {
      return before(this.#alike[0] ? whole(this.#alike[0]) : [], messages);
    }
    const { agent, id } = this.#options.version.stored;
    const complete: Thread = { ...thread, agent, conversation: id, size: file.size, sha256: file.sha256, settled, settledMessages, messages };
    await write((writing) => {
      writing.add(complete.thread, this.#takeWaiting());
      writing.close(complete);
    });
    return whole(complete);
  }

  #entry(message: Message, index: number): Entry {
    const at = Date.parse(message.at ?? '');
    this.#at = Number.isNaN(at) ? this.#at : at;
    return { message: index, said: message.author, at: this.#at, text: messageText(message) };
  }

  /** @param from number of the first */
  async #add(entries: readonly Entry[], from: number): Promise<void> {
    const firstOther = this.#thread ? from : await this.#compare(entries, from);
    const others = entries.filter(({ message }) => message >= firstOther);
    if (!this.#thread && (others.length > 0 || this.#alike.length === 0)) {
      await this.#begin(firstOther);
    }
    // What lies before was read again, to go on from there.
    const begun = this.#thread?.begins.at(-1)?.upTo ?? 0;
    for (const entry of others.filter(({ message, text }) => message >= begun && text !== '')) {
      this.#waiting.push(entry);
      this.#waitingSize += entry.text.length;
    }
    if (this.#thread && this.#waitingSize > perWriting) {
      const { thread } = this.#thread;
      await this.#options.write((writing) => writing.add(thread, this.#takeWaiting()));
    }
  }

  /** Leaves of those alike the ones that say the longest the same, and says which message is the first that they do not say. */
  async #compare(entries: readonly Entry[], from: number): Promise<number> {
    const end = from + entries.length;
    let longest = from;
    let alike: Thread[] = [];
    for (const thread of this.#alike) {
      const texts = await this.#options.index.texts(whole(thread), from, end);
      const isSame = ({ message, said, text }: Entry): boolean => message < thread.messages && (texts.get(message)?.text ?? '') === text && (text === '' || texts.get(message)?.said === said);
      const other = entries.find((entry) => !isSame(entry))?.message ?? end;
      alike = other > longest ? [thread] : other === longest ? [...alike, thread] : alike;
      longest = Math.max(longest, other);
    }
    this.#alike = alike;
    return longest;
  }

  async #begin(firstOther: number): Promise<void> {
    const { write, version: { stored: { agent, id } } } = this.#options;
    const [alike] = this.#alike;
    const begins = alike && firstOther > 0 ? before(whole(alike), firstOther) : [];
    await write((writing) => {
      this.#thread = { thread: writing.begin({ agent, conversation: id, begins }), begins };
    });
  }

  #takeWaiting(): Entry[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingSize = 0;
    return waiting;
  }
}
