/** What is to be known of a portable session before it is written, and before it is resumed. */
import { t } from '../l10n/language.ts';

export const readByWhoeverGetsIt = (): string => t`Whoever gets this file can read the whole session: it is not sealed. What was redacted stays redacted.`;

export const wordOfItsMaker = (): string => t`The file is not signed: it is the word of whoever made it or passed it on. Go on only if you trust them with this repository and with what your agent reads.`;
