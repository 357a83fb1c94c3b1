/**
 * Conversations written as Claude Code writes them: JSON Lines, each record naming the one before it. Same words, same
 * place and same time make the same bytes.
 */
import { createHash } from 'node:crypto';

export interface TranscriptOptions {
  sessionId: string;
  /** The folder that the agent runs in, absolute. */
  folder: string;
  branch: string;
}

interface ToolUse {
  name: string;
  input: Record<string, unknown>;
  result: string;
  failed?: boolean;
}

export class TranscriptWriter {
  readonly #options: TranscriptOptions;
  readonly #lines: string[] = [];
  #branch: string;
  #parent: string | null = null;
  #time = 0;

  constructor(options: TranscriptOptions) {
    this.#options = options;
    this.#branch = options.branch;
  }

  /** The records so far, as the file's text. */
  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  /** What follows happens from this time on, a few seconds apart. */
  at(time: Date): this {
    this.#time = time.getTime();
    return this;
  }

  onBranch(branch: string): this {
    this.#branch = branch;
    return this;
  }

  title(aiTitle: string): this {
    this.#lines.push(JSON.stringify({ type: 'ai-title', aiTitle, sessionId: this.#options.sessionId }));
    return this;
  }

  user(text: string): this {
    return this.#record('user', { message: { role: 'user', content: text } });
  }

  assistant(text: string): this {
    return this.#answer({ type: 'text', text }, 'end_turn');
  }

  tool({ name, input, result, failed = false }: ToolUse): this {
    const id = `toolu_${this.#digest('tool').slice(0, 24)}`;
    this.#answer({ type: 'tool_use', id, name, input }, 'tool_use');
    return this.#record('user', {
      message: { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content: result, is_error: failed }] },
      toolUseResult: failed ? `Error: ${result}` : { stdout: result, stderr: '', interrupted: false },
    });
  }

  #answer(block: object, stop_reason: 'end_turn' | 'tool_use'): this {
    return this.#record('assistant', {
      message: {
        id: `msg_${this.#digest('message').slice(0, 24)}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-opus-5-5',
        content: [block],
        stop_reason,
        stop_sequence: null,
        usage: { input_tokens: 1200, output_tokens: 80 },
      },
    });
  }

  #record(type: 'user' | 'assistant', fields: object): this {
    const uuid = this.#digest('record').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
    const { sessionId, folder: cwd } = this.#options;
    this.#lines.push(JSON.stringify({
      parentUuid: this.#parent,
      isSidechain: false,
      userType: 'external',
      cwd,
      sessionId,
      version: '2.1.329',
      gitBranch: this.#branch,
      type,
      ...fields,
      uuid,
      timestamp: new Date(this.#time).toISOString(),
    }));
    this.#parent = uuid;
    this.#time += 4_000;
    return this;
  }

  #digest(kind: string): string {
    return createHash('sha256').update(`${this.#options.sessionId} ${kind} ${this.#lines.length}`).digest('hex');
  }
}
