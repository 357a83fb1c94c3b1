import assert from 'node:assert/strict';
import type { Owned } from '../../../src/vscode/disposable.ts';
import { SecretKeychain } from '../../../src/vscode/secretKeychain.ts';

type Secrets = ConstructorParameters<typeof SecretKeychain>[0];

describe('the keychain in the secret storage of VS Code', () => {
  let secrets: MemorySecrets;
  let keychain: SecretKeychain;

  beforeEach(() => {
    secrets = new MemorySecrets();
    keychain = new SecretKeychain(secrets);
  });

  it('keeps the keys of each vault for itself, as they are', async () => {
    await keychain.set('v1', 'keys of the first\n');
    await keychain.set('v2', 'keys of the second');
    assert.equal(await keychain.get('v1'), 'keys of the first\n');
    assert.equal(await keychain.get('v2'), 'keys of the second');
  });

  it('has none of a vault that was never unlocked, or is locked again', async () => {
    assert.equal(await keychain.get('v1'), undefined);
    await keychain.set('v1', 'keys');
    await keychain.delete('v1');
    assert.equal(await keychain.get('v1'), undefined);
    assert.equal(secrets.kept.size, 0);
  });

  it('tells when another window unlocks or locks a vault, and of nothing else', async () => {
    let told = 0;
    const listener = keychain.onDidChange(() => told++);
    const otherWindow = new SecretKeychain(secrets);
    await otherWindow.set('v1', 'keys');
    await secrets.store('token', 'of something else');
    assert.equal(told, 1);
    await otherWindow.delete('v1');
    assert.equal(told, 2);
    listener.dispose();
    await otherWindow.set('v1', 'keys');
    assert.equal(told, 2);
  });
});

class MemorySecrets implements Secrets {
  readonly kept = new Map<string, string>();
  readonly #listeners = new Set<(change: { key: string }) => unknown>();

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept.get(key));
  }

  store(key: string, value: string): Promise<void> {
    this.kept.set(key, value);
    return this.#tell(key);
  }

  delete(key: string): Promise<void> {
    this.kept.delete(key);
    return this.#tell(key);
  }

  readonly onDidChange = (listener: (change: { key: string }) => unknown): Owned => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  #tell(key: string): Promise<void> {
    this.#listeners.forEach((listener) => listener({ key }));
    return Promise.resolve();
  }
}
