/**
 * What the window knows of the current repository: the last status that core gave, how sure it is, and what is being
 * done right now. Tree, status bar and commands all show this one value. A look that fails keeps what was known before
 * and says why it is old.
 */
import * as vscode from 'vscode';
import { ConvoSyncError, isCancellation } from '../core/common/errors.ts';
import type { Logger } from '../core/common/logger.ts';
import type { Status } from '../core/operations/report.ts';
import { Disposable } from './disposable.ts';
import type { LazyCore } from './lazyCore.ts';
import { isShut, stateAfter } from './unheard.ts';

export type OverviewState =
  | { kind: 'untrusted' }
  | { kind: 'no-repository' }
  | { kind: 'loading'; folder: string }
  | { kind: 'failed'; folder: string; error: Error }
  /** `error` is why the last look failed; the status is then that of an earlier one. */
  | { kind: 'ready'; folder: string; status: Status; error?: Error };

export type Activity = 'saving' | 'resuming';

/** `user`: the person asked, so git may ask back. `background`: the network, without any question. */
export type Look = 'local' | 'background' | 'user';
const looks: readonly Look[] = ['local', 'background', 'user'];

export class Overview extends Disposable {
  readonly #core: LazyCore;
  readonly #logger: Logger;
  readonly #onDidChange = this._register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#onDidChange.event;
  #state: OverviewState = { kind: 'no-repository' };
  #activity: Activity | undefined;
  #controller = new AbortController();
  #running: Promise<void> | undefined;
  #wanted: Look | undefined;
  /** Why the last look that asked the network failed. */
  #remoteFailure: Error | undefined;

  constructor(core: LazyCore, logger: Logger) {
    super();
    this.#core = core;
    this.#logger = logger;
    this._register({ dispose: () => this.#controller.abort() });
  }

  get state(): OverviewState {
    return this.#state;
  }

  get activity(): Activity | undefined {
    return this.#activity;
  }

  /** Undefined until the first look at the current repository has succeeded. */
  get status(): Status | undefined {
    return this.#state.kind === 'ready' ? this.#state.status : undefined;
  }

  /** Resolves when something is known of the current repository, or why nothing is. */
  async firstLook(): Promise<void> {
    if (this.#state.kind === 'loading') {
      await new Promise<void>((resolve) => {
        const listener = this._register(this.onDidChange(() => {
          if (this.#state.kind !== 'loading') {
            listener.dispose();
            resolve();
          }
        }));
      });
    }
  }

  /** Shows another repository, or none; what was asked for the former one is dropped. */
  show(subject: { folder: string } | 'untrusted' | 'no-repository'): void {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#running = undefined;
    this.#wanted = undefined;
    this.#remoteFailure = undefined;
    this.#set(typeof subject === 'string' ? { kind: subject } : { kind: 'loading', folder: subject.folder });
  }

  /**
   * Looks again, and resolves when a look that began after this call has ended; never rejects. Calls while a look is
   * running are answered by one further look, the most thorough that was asked for.
   */
  async refresh(look: Look): Promise<void> {
    this.#wanted = looks[Math.max(looks.indexOf(look), this.#wanted === undefined ? 0 : looks.indexOf(this.#wanted))];
    const { signal } = this.#controller;
    while (this.#running && !signal.aborted) {
      await this.#running;
    }
    if (signal.aborted || this.#wanted === undefined) {
      return;
    }
    const thorough = this.#wanted;
    this.#wanted = undefined;
    const running = this.#look(thorough, signal);
    this.#running = running;
    await running;
    if (this.#running === running) {
      this.#running = undefined;
    }
  }

  /** Sends what waits, without any question; never rejects. What cannot be sent waits on, and the next look says why. */
  async sendWaiting(): Promise<void> {
    if (!('folder' in this.#state) || this.#activity !== undefined) {
      return;
    }
    const { folder } = this.#state;
    const { signal } = this.#controller;
    try {
      await this.during('saving', async () => (await this.#core.inBackground()).sync(folder, { signal }));
    } catch (error) {
      this.#logger.warn(`what waits could not be sent: ${ConvoSyncError.is(error) ? error.code : String(error)}`);
    }
  }

  /** While the action runs, tree and status bar say so; afterwards they show what came of it. */
  async during<T>(activity: Activity, action: () => Promise<T>): Promise<T> {
    this.#activity = activity;
    this.#onDidChange.fire();
    try {
      return await action();
    } finally {
      this.#activity = undefined;
      this.#onDidChange.fire();
      void this.refresh('local');
    }
  }

  async #look(look: Look, signal: AbortSignal): Promise<void> {
    if (!('folder' in this.#state)) {
      return;
    }
    const { folder } = this.#state;
    try {
      const core = look === 'user' ? await this.#core.forUser() : await this.#core.inBackground();
      const status = await core.status(folder, { refresh: look !== 'local', signal });
      if (!signal.aborted) {
        const state = stateAfter(look, { folder, found: status, before: this.status, failure: this.#remoteFailure });
        this.#remoteFailure = 'error' in state ? state.error : undefined;
        this.#set(state);
      }
    } catch (thrown) {
      if (signal.aborted || isCancellation(thrown)) {
        return;
      }
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (ConvoSyncError.is(error)) {
        this.#logger.warn(`${look} look failed: ${error.code}: ${error.message}`);
      } else {
        this.#logger.error(`${look} look failed`, error);
      }
      this.#remoteFailure = look === 'local' ? this.#remoteFailure : error;
      this.#set(this.#state.kind === 'ready' && !isShut(error) ? { ...this.#state, error } : { kind: 'failed', folder, error });
    }
  }

  #set(state: OverviewState): void {
    this.#state = state;
    this.#onDidChange.fire();
  }
}
