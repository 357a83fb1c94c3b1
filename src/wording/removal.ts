/** What is said when everything of a person is removed from a place. */
import type { Removal } from '../core/operations/removeVault.ts';
import { t } from '../l10n/language.ts';
import { shortId } from './short.ts';

export const removal = {
  question: ({ place, isThere }: Removal): string => isThere ? t`Remove everything that you saved at ${place}?` : t`Nothing of your vault lies at ${place} any more. Forget it on this device?`,
  consequence: ({ isThere }: Removal): string => isThere
    ? t`Sessions of all your devices there are gone for good, those of other repositories that keep theirs in the same place included. Vaults of other people, branches and commits stay; so does what your devices have of the sessions, and every conversation in its agent.`
    : t`Nothing is removed anywhere: this device no longer looks for it, and the next save here begins a new vault. Conversations and code stay.`,
  confirm: ({ vault, isThere }: Removal): string => isThere ? t`Type ${shortId(vault)} to remove it` : t`Type ${shortId(vault)} to forget it`,
};

/** One sentence a line. */
export function describeRemoved({ place, isThere }: Removal): string[] {
  if (!isThere) {
    return [t`This device has forgotten the vault that lay at ${place}. The next save here begins a new one.`];
  }
  return [
    t`Nothing of your vault is left at ${place}.`,
    t`What this device has of it stays in ConvoSync’s own folder. When a git host gives the space back is its own affair.`,
    t`Your other devices find it gone: say the same there, or they go on asking. The next save here begins a new vault.`,
  ];
}
