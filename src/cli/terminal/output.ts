/**
 * The only place that writes. Rendering functions are pure and return text; what they are given has been made safe for
 * a terminal here, so that no single one has to think of it.
 */
import type { WriteStream } from 'node:tty';
import { safeCopy } from './safeText.ts';
import type { Signs } from './signs.ts';
import { colourStyle, plainStyle } from './style.ts';
import type { Look } from './style.ts';

export type Render<T> = (data: T, look: Look) => string;

export interface OutputOptions {
  stdout: WriteStream;
  stderr: WriteStream;
  json: boolean;
  now: () => Date;
  signs: Signs;
}

export class Output {
  readonly json: boolean;
  readonly now: () => Date;
  readonly #stdout: WriteStream;
  readonly #stderr: WriteStream;
  readonly #signs: Signs;

  constructor({ stdout, stderr, json, now, signs }: OutputOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.json = json;
    this.now = now;
    this.#signs = signs;
  }

  /** The answer to what was asked: text, or with `--json` one document. Both go to standard output. */
  report<T>(data: T, render: Render<T>, document: (data: T) => unknown): void {
    if (this.json) {
      this.#write(this.#stdout, escapeControls(JSON.stringify(document(data), undefined, 2)));
    } else {
      this.show(data, render);
    }
  }

  /** Why there is no answer: text on standard error, or with `--json` a document in the answer's place. */
  fail<T>(failure: T, render: Render<T>, document: (failure: T) => unknown): void {
    if (this.json) {
      this.report(failure, render, document);
    } else {
      this.tell(failure, render);
    }
  }

  /** Text that belongs to the answer; nothing with `--json`. */
  show<T>(data: T, render: Render<T>): void {
    this.#render(this.#stdout, data, render);
  }

  /** Text beside the answer, on standard error; nothing with `--json`. */
  tell<T>(data: T, render: Render<T>): void {
    this.#render(this.#stderr, data, render);
  }

  #render<T>(stream: WriteStream, data: T, render: Render<T>): void {
    if (!this.json) {
      this.#write(stream, render(safeCopy(data), lookOf(stream, this.now())));
    }
  }

  #write(stream: WriteStream, text: string): void {
    if (text !== '') {
      const shown = stream.isTTY ? this.#signs(text) : text;
      stream.write(shown.endsWith('\n') ? shown : `${shown}\n`);
    }
  }
}

export function lookOf(stream: WriteStream, now: Date): Look {
  return {
    style: stream.isTTY && stream.hasColors() ? colourStyle : plainStyle,
    columns: stream.isTTY ? Math.max(stream.columns, 40) : Infinity,
    now,
  };
}

/** JSON leaves these as they are, and some terminals take them for the beginning of a command. */
function escapeControls(json: string): string {
  return json.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
