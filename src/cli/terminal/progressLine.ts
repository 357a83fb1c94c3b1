/** One line on standard error, shown once the work has taken a second, and gone when it is done. */
import type { WriteStream } from 'node:tty';
import type { OnProgress, Progress } from '../../core/common/progress.ts';
import { describeProgress } from '../../wording/progress.ts';
import { lookOf } from './output.ts';
import type { Signs } from './signs.ts';
import type { Look } from './style.ts';
import { fit } from './width.ts';

const patience = 1000;
const cadence = 120;
const barCells = 24;
const clearLine = '\r\u001b[2K';

export class ProgressLine {
  readonly #stream: WriteStream;
  readonly #signs: Signs;
  readonly #started = performance.now();
  #current: Progress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #visible = false;

  constructor(stream: WriteStream, signs: Signs) {
    this.#stream = stream;
    this.#signs = signs;
    if (stream.isTTY) {
      this.#timer = setInterval(() => this.#draw(), cadence);
      this.#timer.unref();
    }
  }

  readonly onProgress: OnProgress = (progress) => {
    this.#current = progress;
  };

  /** Clears the line; a later report does not bring it back. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#visible) {
      this.#stream.write(clearLine);
      this.#visible = false;
    }
  }

  #draw(): void {
    if (this.#current !== undefined && performance.now() - this.#started >= patience) {
      this.#stream.write(`${clearLine}${this.#signs(renderProgress(this.#current, lookOf(this.#stream, new Date())))}`);
      this.#visible = true;
    }
  }
}

/** `Sending… 40%  ██████████░░░░░░`, or the words alone while the total is unknown. */
export function renderProgress(progress: Progress, look: Look): string {
  const words = describeProgress(progress);
  const { done, total } = progress;
  if (done === undefined || total === undefined || total <= 0) {
    return fit(words, look.columns - 1);
  }
  const full = Math.round(Math.min(1, done / total) * barCells);
  const bar = `${'█'.repeat(full)}${look.style.faint('░'.repeat(barCells - full))}`;
  return look.columns - 1 < words.length + barCells + 2 ? fit(words, look.columns - 1) : `${words}  ${bar}`;
}
