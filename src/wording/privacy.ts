import type { Privacy } from '../core/operations/plan.ts';
import type { NewVaultChoice } from '../core/vault/openVault.ts';

/** Said wherever a vault is shown. */
export function describePrivacy({ sealing, wasReadable }: Privacy): string {
  switch (sealing) {
    case 'sealed':
      return wasReadable === true ? 'Sealed: only your own devices can read what is saved, except what was saved before it was sealed.' : 'Sealed: only your own devices can read what is saved.';
    case 'readable':
      return 'Not sealed: whoever can read the place where it is kept can read what is saved, conversations included.';
    case 'not-chosen':
      return 'Nothing is saved here yet: the first save asks whether it is to be sealed.';
  }
}

/** Who can read what a save saves that is told how the vault is to be, should it make one. */
export function privacyAfter({ sealing, wasReadable }: Privacy, newVault: NewVaultChoice | 'sealed' | undefined): Privacy {
  if (sealing === 'not-chosen' && newVault !== undefined) {
    return { sealing: newVault === 'readable' ? 'readable' : 'sealed' };
  }
  return { sealing, ...(wasReadable === undefined ? {} : { wasReadable }) };
}
