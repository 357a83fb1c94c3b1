/**
 * Questions to the person at the terminal. They are written to standard error, so that standard output stays the
 * answer. Leaving a question (Ctrl-C, Escape) throws `cancelled`.
 */
import * as clack from '@clack/prompts';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { safeText } from './safeText.ts';

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
  readonly #streams: PromptStreams & { withGuide: false };

  constructor(streams: PromptStreams) {
    this.#streams = { ...streams, withGuide: false };
  }

  /** The first choice is preselected. */
  async choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T> {
    const index = await answered(clack.select({ ...this.#streams, message: safeText(message), options: choices.map(toOption), maxItems: rowsShown }));
    return valueAt(choices, index);
  }

  async chooseSeveral<T>(message: string, choices: readonly Choice<T>[]): Promise<T[]> {
    const indexes = await answered(clack.multiselect({ ...this.#streams, message: safeText(message), options: choices.map(toOption), maxItems: rowsShown, required: true }));
    return indexes.map((index) => valueAt(choices, index));
  }

  async confirm(message: string, initialValue: boolean): Promise<boolean> {
    return answered(clack.confirm({ ...this.#streams, message: safeText(message), initialValue }));
  }

  /** Never an empty answer. */
  async ask(message: string, initialValue = ''): Promise<string> {
    const text = await answered(clack.text({
      ...this.#streams,
      message: safeText(message),
      initialValue: safeText(initialValue),
      validate: (value) => (value === undefined || value.trim() === '' ? 'Type something, or leave with Ctrl-C.' : undefined),
    }));
    return text.trim();
  }
}

function toOption<T>({ label, hint }: Choice<T>, index: number): { value: number; label: string; hint?: string } {
  return { value: index, label: safeText(label), ...(hint === undefined ? {} : { hint: safeText(hint) }) };
}

function valueAt<T>(choices: readonly Choice<T>[], index: number): T {
  const choice = choices[index];
  if (choice === undefined) {
    throw new ConvoSyncError('cancelled', 'Cancelled.');
  }
  return choice.value;
}

async function answered<T>(answer: Promise<T | typeof clack.CANCEL_SYMBOL>): Promise<T> {
  const value = await answer;
  if (clack.isCancel(value)) {
    throw new ConvoSyncError('cancelled', 'Cancelled.');
  }
  return value;
}
