/** What is said when everything of a person is removed from a place. */
import type { Removal } from '../core/operations/removeVault.ts';
import { shortId } from './short.ts';

export const removal = {
  question: ({ place }: Removal): string => `Remove everything that you saved at ${place}?`,
  consequence: 'Sessions of all your devices there are gone for good, those of other repositories that keep theirs in the same place included. Vaults of other people, branches and commits stay; so does what your devices have of the sessions, and every conversation in its agent.',
  confirm: ({ vault }: Removal): string => `Type ${shortId(vault)} to remove it`,
};

/** One sentence a line. */
export function describeRemoved({ place }: Removal): string[] {
  return [
    `Nothing of your vault is left at ${place}.`,
    'What this device has of it stays in ConvoSync’s own folder. When a git host gives the space back is its own affair.',
    'Your other devices find it gone: say the same there, or they go on asking. The next save here begins a new vault.',
  ];
}
