/**
 * Why a push was rejected, told apart by git's own words: each reason has another way out.
 *
 * Git prints a line for every ref that the other side saw and refused (`! [rejected] main -> main (fetch first)`,
 * `! [remote rejected] main -> main (protected branch hook declined)`); a pre-push hook ends it before any such line.
 */
import type { Remedy } from '../core/git/finding.ts';
import { t } from '../l10n/language.ts';
import { remoteFact, textFact } from './facts.ts';

export type Rejection = 'behind' | 'declined' | 'local-hook' | 'unknown';

interface Rejected {
  title: string;
  hint: string;
}

type Details = Readonly<Record<string, unknown>>;

export function rejectionOf(details: Details): Rejection {
  const said = textFact(details, 'stderr') ?? '';
  if (/\[rejected\].*\((fetch first|non-fast-forward)\)/.test(said)) {
    return 'behind';
  }
  if (said.includes('[remote rejected]')) {
    return 'declined';
  }
  return said.includes('failed to push some refs') && !/^\s*! \[/m.test(said) ? 'local-hook' : 'unknown';
}

/** What can be done about it at once; the session waits on this device meanwhile. */
export function waysAround(details: Details): readonly Extract<Remedy, 'pull-merge' | 'pull-rebase' | 'retry' | 'save-unpushed'>[] {
  return rejectionOf(details) === 'behind' ? ['pull-merge', 'pull-rebase', 'save-unpushed'] : ['retry', 'save-unpushed'];
}

export function explainRejectedPush(details: Details): Rejected {
  const remote = remoteFact(details);
  switch (rejectionOf(details)) {
    case 'behind':
      return { title: t`${remote} has commits on the branch that are not here, so it rejected the push.`, hint: t`Bring the branch up to date and save again, or send the session without pushing the branch.` };
    case 'declined':
      return { title: t`${remote} declined the push, as it may for a protected branch or by a hook of its own.`, hint: t`Save on another branch, or send the session without pushing the branch.` };
    case 'local-hook':
      return { title: t`The pre-push hook of this repository stopped the push; the remote was not asked.`, hint: t`Try again once the hook lets it through, or send the session without pushing the branch.` };
    case 'unknown':
      return { title: t`${remote} rejected the push.`, hint: t`Try again, or send the session without pushing the branch.` };
  }
}
