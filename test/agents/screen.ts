/** A terminal with one program in it, as somebody sees it who types: on a tmux server of its own. */
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { run } from '../support/run.ts';

/** Milliseconds. */
const patience = 60_000;
const stillness = 1500;
let screens = 0;

export class Screen {
  readonly #tmux: (...args: string[]) => Promise<string>;

  private constructor(tmux: (...args: string[]) => Promise<string>) {
    this.#tmux = tmux;
  }

  /** Starts the program; `env` is the whole of its environment. */
  static async open([program = '', ...args]: readonly string[], { folder, env }: { folder: string; env: Readonly<Record<string, string>> }): Promise<Screen> {
    screens += 1;
    const socket = `convosync-test-${process.pid}-${screens}`;
    const tmux = (...words: string[]): Promise<string> => run('tmux', ['-L', socket, '-f', '/dev/null', ...words], { env: { ...env, TMUX_TMPDIR: tmpdir() } });
    // What a program says when it ends at once stays on the screen.
    await tmux('new-session', '-d', '-x', '150', '-y', '50', '-c', folder, program, ...args, ';', 'set-option', '-g', 'remain-on-exit', 'on');
    return new Screen(tmux);
  }

  /** @throws Error with what is on the screen instead, after a minute */
  async shows(text: string): Promise<void> {
    let seen = '';
    for (const end = Date.now() + patience; Date.now() < end; await sleep(100)) {
      seen = await this.#seen();
      if (seen.includes(text)) {
        return;
      }
    }
    throw new Error(`${JSON.stringify(text)} does not come; on the screen is:\n${seen}`);
  }

  /** Waits until nothing moves any more: what is typed before may be lost. */
  async #settles(): Promise<void> {
    let [seen, since] = ['', Date.now()];
    for (const end = since + patience; Date.now() < Math.min(end, since + stillness); await sleep(100)) {
      const now = await this.#seen();
      [seen, since] = now === seen ? [seen, since] : [now, Date.now()];
    }
  }

  /** One line, key by key, for all at once would be pasted; sent when it stands there. */
  async type(line: string): Promise<void> {
    await this.#settles();
    for (const key of line) {
      await this.#tmux('send-keys', '-l', key);
      await sleep(20);
    }
    await this.shows(line);
    await this.#tmux('send-keys', 'Enter');
  }

  /** Ends the program, and returns when it has ended. */
  async close(): Promise<void> {
    const pid = Number(await this.#tmux('display-message', '-p', '#{pane_pid}'));
    await this.#tmux('kill-server');
    for (const end = Date.now() + 5000; isRunning(pid); await sleep(50)) {
      if (Date.now() > end) {
        process.kill(pid, 'SIGKILL');
      }
    }
  }

  /** All that was shown, as far as the terminal keeps it. */
  async #seen(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-');
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
