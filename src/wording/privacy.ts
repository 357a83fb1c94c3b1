import type { Sealing } from '../core/operations/plan.ts';

/** Said wherever a vault is shown. */
export function describePrivacy(sealing: Sealing): string {
  switch (sealing) {
    case 'sealed':
      return 'Sealed: only your own devices can read what is saved.';
    case 'readable':
      return 'Not sealed: whoever can read the repository can read what is saved in it, conversations included.';
    case 'not-chosen':
      return 'Nothing is saved here yet: the first save asks whether it is to be sealed.';
  }
}
