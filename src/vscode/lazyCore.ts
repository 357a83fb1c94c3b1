/**
 * Core and its libraries are loaded when something is first asked of them, and only after the runtime has proven that
 * it can carry them. Core comes in two settings: one may ask the user for a password, the other never does.
 */
import type { Logger } from '../core/common/logger.ts';
import type { Keychain } from '../core/home/keychain.ts';
import type { ConvoSync } from '../core/operations/convosync.ts';
import { configuration } from './configuration.ts';
import { Disposable } from './disposable.ts';
import { tryGitApi } from './git/gitExtension.ts';
import { describeMachine } from './machine.ts';

export class LazyCore extends Disposable {
  readonly #logger: Logger;
  readonly #keychain: Keychain;
  readonly #editorStorage: string | undefined;
  #forUser: Promise<ConvoSync> | undefined;
  #inBackground: Promise<ConvoSync> | undefined;

  /** @param editorStorage where VS Code keeps something for each workspace; undefined in a window without one */
  constructor(logger: Logger, keychain: Keychain, editorStorage: string | undefined) {
    super();
    this.#logger = logger;
    this.#keychain = keychain;
    this.#editorStorage = editorStorage;
    this._register(configuration.onDidChange(() => this.forget()));
  }

  /** For what the user asked for: git may ask through VS Code. Rejects with `runtime-too-old` where core cannot run. */
  forUser(): Promise<ConvoSync> {
    return (this.#forUser ??= this.#create(true));
  }

  /** For what nobody asked for: fails where git would have to ask. */
  inBackground(): Promise<ConvoSync> {
    return (this.#inBackground ??= this.#create(false));
  }

  /** Call when what core has read of this device or the settings is no longer so: the next use reads it anew. */
  forget(): void {
    this.#forUser = undefined;
    this.#inBackground = undefined;
  }

  async #create(asks: boolean): Promise<ConvoSync> {
    try {
      const { assertRuntime } = await import('../core/common/runtime.ts');
      await assertRuntime();
      const { createConvoSync } = await import('../core/operations/createConvoSync.ts');
      const git = (await tryGitApi())?.git;
      return createConvoSync(await describeMachine({ git, asks, logger: this.#logger, keychain: this.#keychain, editorStorage: this.#editorStorage }));
    } catch (error) {
      this.forget();
      throw error;
    }
  }
}
