/** What the first save asks, in VS Code as in a terminal: who may read what is saved. */
import { shortestPassphrase } from '../core/vault/secret.ts';

export const whoMayRead = {
  question: 'This is the first save here. Who may read what you save?',
  sealed: { label: 'Only My Devices', detail: 'Sealed with a passphrase. Others with access to the repository see nothing.' },
  readable: { label: 'Whoever Can Read the Repository', detail: 'Not sealed, and no passphrase to remember. For a repository that is yours alone.' },
};

export const newPassphrase = {
  prompt: `A passphrase of at least ${shortestPassphrase} characters. Your other devices will ask for it once.`,
  tooShort: `At least ${shortestPassphrase} characters, please: whoever holds the storage can try as often as they like.`,
  again: 'The same passphrase once more',
  notTheSame: 'The two were not the same. Type a passphrase once more.',
  changed: 'The vault opens to the new passphrase from now on, and to no earlier one. Who kept a copy of the vault from before can still open that copy with the earlier one.',
};

/** What is wrong with a new passphrase; undefined when nothing is. */
export function faultOf(passphrase: string): string | undefined {
  return passphrase.length < shortestPassphrase ? newPassphrase.tooShort : undefined;
}
