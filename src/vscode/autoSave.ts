/**
 * Saves by itself, where the user wants that: when a conversation has come to rest, when the window loses the focus, and when it closes.
 * Nothing is asked meanwhile: what a person has to decide is said once, and waits for a save by hand.
 */
import type { Finding } from '../core/git/finding.ts';
import type { Status } from '../core/operations/report.ts';
import type { Overview, OverviewState } from './overview.ts';

/** When. */
export interface AutoSaveChoice {
  afterTurn: boolean;
  onFocusLost: boolean;
  onQuit: boolean;
}

export interface AutoSaveOptions {
  overview: Pick<Overview, 'activity'>;
  choice: () => AutoSaveChoice;
  /** As it is now; undefined where it cannot be told. */
  status: (folder: string, signal?: AbortSignal) => Promise<Status | undefined>;
  /** Resolves with what a person has to decide first; nothing was saved then. It tells of its failures itself, and does not reject. */
  save: (folder: string, signal?: AbortSignal) => Promise<readonly Finding[]>;
  /** What only a person can decide. */
  tell: (folder: string, blockers: readonly Finding[]) => void;
  now: () => number;
}

/** Milliseconds in which nothing is added to a conversation after a turn of the agent. */
const rest = 10_000;
/** Milliseconds between two: a focus that comes and goes does not save each time. */
const pause = 60_000;
/** Milliseconds that VS Code waits for an extension when it quits, with some to spare. */
const atQuit = 4_000;

export class AutoSave {
  readonly #options: AutoSaveOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = -Infinity;
  #running: Promise<void> | undefined;
  /** The repository that was shown last: when the window closes, VS Code's Git extension may have closed it already. */
  #folder: string | undefined;
  /** What was said last, so that it is said once. */
  #told = '';

  constructor(options: AutoSaveOptions) {
    this.#options = options;
  }

  /** Call whenever another repository may be shown. */
  shown(state: OverviewState): void {
    this.#folder = state.kind === 'ready' ? state.folder : this.#folder;
  }

  /** Something was added to the conversation. */
  heard(): void {
    if (this.#options.choice().afterTurn) {
      this.#saveIn(rest);
    }
  }

  /** The window has lost the focus. */
  left(): void {
    if (this.#options.choice().onFocusLost) {
      this.#saveIn(0);
    }
  }

  /** The window closes: resolves when what there is was saved, or the time for that is over. */
  async quit(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#options.choice().onQuit) {
      await this.#save(AbortSignal.timeout(atQuit));
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #saveIn(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), Math.max(delay, this.#last + pause - this.#options.now()));
  }

  async #save(signal?: AbortSignal): Promise<void> {
    await this.#running;
    this.#running = this.#saveNow(signal);
    await this.#running;
  }

  async #saveNow(signal?: AbortSignal): Promise<void> {
    const { overview, save, tell, now } = this.#options;
    const folder = this.#folder;
    if (folder === undefined || overview.activity !== undefined) {
      return;
    }
    const status = await this.#options.status(folder, signal);
    // The first save of a repository asks who may read it.
    if (status?.unsaved !== true || status.sync === 'never-saved' || status.sync === 'distrusted') {
      return;
    }
    this.#last = now();
    const blockers = await save(folder, signal);
    const said = JSON.stringify(blockers.map(({ code, details }) => [code, details]));
    if (blockers.length > 0 && said !== this.#told) {
      tell(folder, blockers);
    }
    this.#told = said;
  }
}
