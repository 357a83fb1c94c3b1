import type { NewerReason } from '../core/operations/plan.ts';

/** What was done since, for which an undo asks first. */
export function describeNewer(reason: NewerReason | undefined): string {
  switch (reason) {
    case 'newer-commits':
      return 'There are newer commits than those it made.';
    case 'moved':
      return 'You are on another branch or commit by now.';
    case 'staged-changes':
      return 'Changes have been staged since.';
    case 'uncommitted-changes':
      return 'There are uncommitted changes that it would overwrite.';
    case 'newer-messages':
      return 'The conversation has gone on since.';
    case undefined:
      return 'Newer work lies on top of what would be undone.';
  }
}
