/**
 * The neutral view of a conversation: what every agent's records are read into, for the timeline, the handoff and
 * the git context. It is derived from the exact bytes whenever needed and never stored in their place.
 */
export interface Message {
  /** Position among the messages of its conversation, from 0. */
  index: number;
  /** The agent's own id of the record, where it has one. */
  id?: string;
  /**
   * `user`: a person said it. `system`: neither person nor model did, but the program and its tools: their results,
   * notices, reminders, what other agents sent.
   */
  author: 'user' | 'assistant' | 'system';
  /** ISO 8601 in UTC, as the record says; clocks of agents run backwards at times. */
  at?: string;
  blocks: Block[];
  /** The branch the record names, where the agent writes one. */
  branch?: string;
  /** The working directory the record names: a path of the machine it was written on. */
  workingDirectory?: string;
  /** True for messages of a sub-agent that lie inside the main transcript. */
  sidechain?: boolean;
}

export type Block =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | {
      type: 'toolCall';
      /** Pairs the call with its result. */
      callId: string;
      name: string;
      /** One line for the folded view, such as `npm test` or `src/a.ts`. */
      summary: string;
      input: unknown;
      /** Paths the call writes, as the agent names them (usually absolute, of the machine it ran on). */
      writes: string[];
    }
  | { type: 'toolResult'; callId: string; text: string; failed: boolean }
  | { type: 'image'; mediaType: string; /** base64 */ data: string }
  /** What the agent's program says of itself: a compaction, a hook, an interruption. */
  | { type: 'notice'; text: string };

/** Something in a foreign file that could not be read. Counted and shown; never fatal, never dropped from the bytes. */
export interface TranscriptIssue {
  kind: 'bad-line' | 'glued-lines' | 'invalid-utf8' | 'unknown-record' | 'truncated-tail' | 'not-line-delimited' | 'unreadable-file';
  /** Line of the main transcript, from 1; absent where the whole file is meant. */
  line?: number;
  /** The file's name where it is not the main transcript. */
  file?: string;
}

export interface Transcript {
  /** Of a part the messages of that alone, which are numbered on from the part before. */
  messages: Message[];
  issues: TranscriptIssue[];
  /** As of so far: the agent's own title, else the first request of the user cut to one line; absent when there is neither. */
  title?: string;
}

/** How many lines hold something that nobody can read: neither a record that is merely not known, nor two that share a line. */
export function countDamaged(issues: readonly TranscriptIssue[]): number {
  return new Set(issues.filter(({ kind }) => kind !== 'unknown-record' && kind !== 'glued-lines').map(({ line }) => line)).size;
}

/** A stretch of a transcript that nothing after it changes: what was read of it, and how many bytes it takes. */
export interface TranscriptPart extends Transcript {
  size: number;
}
