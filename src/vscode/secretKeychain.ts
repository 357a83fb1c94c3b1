/** Keeps the keys of unlocked vaults in VS Code's secret storage, which all windows of this VS Code share. */
import type * as vscode from 'vscode';
import type { Keychain } from '../core/home/keychain.ts';

const prefix = 'vault.';

export class SecretKeychain implements Keychain {
  readonly #secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>;

  constructor(secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>) {
    this.#secrets = secrets;
  }

  async get(vault: string): Promise<string | undefined> {
    return this.#secrets.get(prefix + vault);
  }

  async set(vault: string, keys: string): Promise<void> {
    await this.#secrets.store(prefix + vault, keys);
  }

  async delete(vault: string): Promise<void> {
    await this.#secrets.delete(prefix + vault);
  }

  /** A vault was unlocked or locked, here or in another window. */
  onDidChange(listener: () => void): vscode.Disposable {
    return this.#secrets.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) {
        listener();
      }
    });
  }
}
