import type { Privacy } from '../core/operations/plan.ts';
import type { NewVaultChoice } from '../core/vault/openVault.ts';
import { t } from '../l10n/language.ts';
import { count, sentences } from './quantities.ts';

/** Said wherever a vault is shown. */
export function describePrivacy({ sealing, wasReadable, readableSessions = 0 }: Privacy): string {
  switch (sealing) {
    case 'sealed':
      return readableSessions > 0
        ? t`Sealed: only your own devices can read what is saved, except ${count(readableSessions, 'session')} from before it was sealed.`
        : sentences(t`Sealed: only your own devices can read what is saved.`, wasReadable === true ? t`Copies from before it was sealed may still be around.` : undefined);
    case 'readable':
      return t`Not sealed: whoever can read the place where it is kept can read what is saved, conversations included.`;
    case 'not-chosen':
      return t`Nothing is saved here yet: the first save asks whether it is to be sealed.`;
  }
}

/** Who can read what a save saves that is told how the vault is to be, should it make one. */
export function privacyAfter(privacy: Privacy, newVault: NewVaultChoice | 'sealed' | undefined): Privacy {
  if (privacy.sealing === 'not-chosen' && newVault !== undefined) {
    return { sealing: newVault === 'readable' ? 'readable' : 'sealed' };
  }
  return privacy;
}
