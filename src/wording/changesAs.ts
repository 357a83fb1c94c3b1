/** The question that the first save with uncommitted changes asks in a repository. */
import type { ChangesAs } from '../core/operations/plan.ts';
import { t } from '../l10n/language.ts';

export const howToSaveChanges = {
  get question(): string {
    return t`How are uncommitted changes saved in this repository?`;
  },
  get commit(): Choice {
    return { label: t`As a Commit`, detail: t`On your branch, which is pushed with the session.` };
  },
  get snapshot(): Choice {
    return { label: t`As a Snapshot`, detail: t`Inside the session, as they are; nothing is committed or pushed.` };
  },
};

interface Choice {
  label: string;
  detail: string;
}

/** The recommended one first. */
export function waysToSaveChanges(recommended: ChangesAs): ChangesAs[] {
  return recommended === 'commit' ? ['commit', 'snapshot'] : ['snapshot', 'commit'];
}
