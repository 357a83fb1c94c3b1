/** The command line at a terminal: a real pseudo-terminal made by script(1), which every Linux carries. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { program } from './commandLine.ts';
import type { Place } from './commandLine.ts';

const patience = 30_000;
const clearedLine = /[^\r\n]*\r\u001b\[2K/g;

/** False where there is no script(1) of util-linux, as on macOS and Windows. */
export function hasPseudoTerminal(): boolean {
  return process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
}

export class PseudoTerminal {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  /** Everything that was written, escapes included. */
  raw = '';
  #read = 0;

  constructor(place: Place, args: readonly string[], columns = 100) {
    const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    this.#child = spawn('script', ['-qec', `stty cols ${columns} rows 40; ${words}`, '/dev/null'], { cwd: place.folder, env: { TERM: 'xterm-256color', ...place.env } });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.raw += chunk.toString('utf8');
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Resolves when a text appears that was not there at the last call. */
  async sees(text: string): Promise<void> {
    const until = Date.now() + patience;
    for (;;) {
      const seen = stripVTControlCharacters(this.raw);
      const at = seen.indexOf(text, this.#read);
      if (at >= 0) {
        this.#read = at + text.length;
        return;
      }
      if (Date.now() > until) {
        this.#child.kill();
        throw new Error(`“${text}” did not appear in:\n${seen.slice(this.#read)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** With what is left to be read at the end: a line of progress that was shown meanwhile is gone. */
  async ends(): Promise<{ code: number | null; text: string }> {
    const code = await this.#ended;
    return { code, text: stripVTControlCharacters(this.raw.replace(clearedLine, '')).replaceAll('\r\n', '\n') };
  }
}

export const enter = '\r';
export const down = '\u001b[B';
export const ctrlC = '\u0003';
export const ctrlD = '\u0004';
