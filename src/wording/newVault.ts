/** What the first save asks, in VS Code as in a terminal: who may read what is saved. */
import { shortestPassphrase } from '../core/vault/secret.ts';
import { t } from '../l10n/language.ts';

export const whoMayRead = {
  get question(): string {
    return t`This is the first save here. Who may read what you save?`;
  },
  get sealed(): { label: string; detail: string } {
    return { label: t`Only My Devices`, detail: t`Sealed with a passphrase. Others with access to the repository see nothing.` };
  },
  get readable(): { label: string; detail: string } {
    return { label: t`Whoever Can Read the Repository`, detail: t`Not sealed, and no passphrase to remember. For a repository that is yours alone.` };
  },
};

export const newPassphrase = {
  get prompt(): string {
    return t`A passphrase of at least ${shortestPassphrase} characters. Your other devices will ask for it once.`;
  },
  get tooShort(): string {
    return t`At least ${shortestPassphrase} characters, please: whoever holds the storage can try as often as they like.`;
  },
  get again(): string {
    return t`The same passphrase once more`;
  },
  get notTheSame(): string {
    return t`The two were not the same. Type a passphrase once more.`;
  },
  get changed(): string {
    return t`The vault opens to the new passphrase from now on, and to no earlier one. Who kept a copy of the vault from before can still open that copy with the earlier one.`;
  },
};

/** What is wrong with a new passphrase; undefined when nothing is. */
export function faultOf(passphrase: string): string | undefined {
  return passphrase.length < shortestPassphrase ? newPassphrase.tooShort : undefined;
}
