/**
 * Looks for what other devices saved: when the window gets the focus, and every few minutes while it has it. A window in
 * the background looks for nothing, and where a look fails the next ones come ever more seldom. Where the place answers
 * again, what waits on this device is sent: unless it was refused for a reason that only a person can see to.
 */
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Overview } from './overview.ts';

export interface BackgroundLooksOptions {
  overview: Pick<Overview, 'refresh' | 'state' | 'sendWaiting'>;
  isEnabled: () => boolean;
  isFocused: () => boolean;
  now: () => number;
}

const minute = 60_000;
const interval = 5 * minute;
const shortestPause = minute;
const longestPause = 60 * minute;

export class BackgroundLooks {
  readonly #options: BackgroundLooksOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = -Infinity;
  #failures = 0;

  constructor(options: BackgroundLooksOptions) {
    this.#options = options;
  }

  /** Call when the focus came or went, a setting changed, or another repository is shown. */
  async consider(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { overview, isEnabled, isFocused, now } = this.#options;
    if (!isFocused() || !('folder' in overview.state)) {
      return;
    }
    if (!isEnabled()) {
      await overview.refresh('local');
      return;
    }
    if (now() < this.#last + this.#pause()) {
      this.#lookLater();
      await overview.refresh('local');
      return;
    }
    this.#last = now();
    await overview.refresh('background');
    this.#failures = hasFailed(overview.state) ? this.#failures + 1 : 0;
    if (canSend(overview.state)) {
      await overview.sendWaiting();
    }
    this.#lookLater();
  }

  /** The next look need not wait: another repository is shown. */
  forget(): void {
    this.#last = -Infinity;
    this.#failures = 0;
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.consider(), this.#last + Math.max(interval, this.#pause()) - this.#options.now());
  }

  /** A focus that comes and goes does not look each time. */
  #pause(): number {
    return this.#failures === 0 ? shortestPause : Math.min(longestPause, interval * 2 ** (this.#failures - 1));
  }
}

function hasFailed(state: Overview['state']): boolean {
  return state.kind === 'failed' || (state.kind === 'ready' && (state.error !== undefined || state.status.listing.problem !== undefined));
}

function canSend(state: Overview['state']): boolean {
  if (state.kind !== 'ready' || state.status.queued === 0 || hasFailed(state)) {
    return false;
  }
  const { tries } = state.status;
  return tries === undefined || ConvoSyncError.is(tries.problem, 'remote-unreachable', 'git-timeout', 'storage-transient', 'busy');
}
