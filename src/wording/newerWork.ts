import type { NewerReason } from '../core/operations/plan.ts';
import { t } from '../l10n/language.ts';

/** What was done since, for which an undo asks first. */
export function describeNewer(reason: NewerReason | undefined): string {
  switch (reason) {
    case 'newer-commits':
      return t`There are newer commits than those it made.`;
    case 'moved':
      return t`You are on another branch or commit by now.`;
    case 'staged-changes':
      return t`Changes have been staged since.`;
    case 'uncommitted-changes':
      return t`There are uncommitted changes that it would overwrite.`;
    case 'newer-messages':
      return t`The conversation has gone on since.`;
    case undefined:
      return t`Newer work lies on top of what would be undone.`;
  }
}
