/**
 * Questions to the person at the terminal. They are written to standard error, so that standard output stays the
 * answer. Leaving a question (Ctrl-C, Ctrl-D, Escape, a terminal that goes away) throws `cancelled`.
 */
import type { Key } from 'node:readline';
import * as clack from '@clack/prompts';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { safeText } from './safeText.ts';
import type { Signs } from './signs.ts';

export interface Choice<T> {
  value: T;
  label: string;
  hint?: string | undefined;
}

interface PromptStreams {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  signal: AbortSignal;
}

const rowsShown = 12;

export class Prompts {
  readonly #streams: PromptStreams;
  readonly #signs: Signs;

  constructor({ signs, ...streams }: PromptStreams & { signs: Signs }) {
    this.#streams = streams;
    this.#signs = signs;
  }

  /** The first choice is preselected. */
  async choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T> {
    const index = await this.#answered((common) => clack.select({ ...common, message: this.#shown(message), options: this.#options(choices), maxItems: rowsShown }));
    return valueAt(choices, index);
  }

  async chooseSeveral<T>(message: string, choices: readonly Choice<T>[]): Promise<T[]> {
    const indexes = await this.#answered((common) => clack.multiselect({ ...common, message: this.#shown(message), options: this.#options(choices), maxItems: rowsShown, required: true }));
    return indexes.map((index) => valueAt(choices, index));
  }

  async confirm(message: string, initialValue: boolean): Promise<boolean> {
    return this.#answered((common) => clack.confirm({ ...common, message: this.#shown(message), initialValue }));
  }

  /** Never an empty answer. */
  async ask(message: string, initialValue = ''): Promise<string> {
    const text = await this.#answered((common) => clack.text({
      ...common,
      message: this.#shown(message),
      initialValue: safeText(initialValue),
      validate: (value) => (value === undefined || value.trim() === '' ? 'Type something, or leave with Ctrl-C.' : undefined),
    }));
    return text.trim();
  }

  /** What is typed is not shown. Never an empty answer, and only one that `fault` finds nothing wrong with. */
  async askSecretly(message: string, fault: (answer: string) => string | undefined = () => undefined): Promise<string> {
    return this.#answered((common) => clack.password({
      ...common,
      message: this.#shown(message),
      validate: (value) => (value === undefined || value === '' ? 'Type something, or leave with Ctrl-C.' : fault(value)),
    }));
  }

  #shown(text: string): string {
    return this.#signs(safeText(text));
  }

  #options<T>(choices: readonly Choice<T>[]): { value: number; label: string; hint?: string }[] {
    return choices.map(({ label, hint }, value) => ({ value, label: this.#shown(label), ...(hint === undefined ? {} : { hint: this.#shown(hint) }) }));
  }

  /** A question that hears nothing any more would wait for ever: it counts as left. */
  async #answered<T>(question: (common: PromptStreams & { withGuide: false }) => Promise<T | typeof clack.CANCEL_SYMBOL>): Promise<T> {
    const { input, output, signal } = this.#streams;
    const left = new AbortController();
    const leave = (): void => left.abort();
    // On Ctrl-D readline closes itself, unless there is text that the key edits, and tells clack nothing of it.
    const onKeypress = (_: unknown, key: Key): void => {
      if (key.ctrl === true && key.name === 'd') {
        setImmediate(() => {
          if (input.isPaused()) {
            leave();
          }
        });
      }
    };
    input.on('keypress', onKeypress).once('end', leave);
    try {
      const value = await question({ input, output, signal: AbortSignal.any([signal, left.signal]), withGuide: false });
      if (clack.isCancel(value)) {
        throw new ConvoSyncError('cancelled', 'Cancelled.');
      }
      return value;
    } finally {
      input.off('keypress', onKeypress).off('end', leave);
    }
  }
}

function valueAt<T>(choices: readonly Choice<T>[], index: number): T {
  const choice = choices[index];
  if (choice === undefined) {
    throw new ConvoSyncError('cancelled', 'Cancelled.');
  }
  return choice.value;
}
