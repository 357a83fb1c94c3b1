import { t } from '../l10n/language.ts';
import { sentences } from './quantities.ts';

/** Why a file could not be written where a person wanted it, in sentences. */
export function describeUnwritable(file: string, error: unknown): string {
  return sentences(t`${file} could not be written.`, why(error));
}

function why(error: unknown): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOSPC':
    case 'EDQUOT':
      return t`There is no room left there: make some, or choose another place.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return t`Nothing may be written there: choose another place.`;
    default:
      return t`Choose another place.`;
  }
}
