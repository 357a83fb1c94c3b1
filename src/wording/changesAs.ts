/** The question that the first save with uncommitted changes asks in a repository. */
import type { ChangesAs } from '../core/operations/plan.ts';

export const howToSaveChanges: Readonly<{ question: string } & Record<ChangesAs, { label: string; detail: string }>> = {
  question: 'How are uncommitted changes saved in this repository?',
  commit: { label: 'As a Commit', detail: 'On your branch, which is pushed with the session.' },
  snapshot: { label: 'As a Snapshot', detail: 'Inside the session, as they are; nothing is committed or pushed.' },
};

/** The recommended one first. */
export function waysToSaveChanges(recommended: ChangesAs): ChangesAs[] {
  return recommended === 'commit' ? ['commit', 'snapshot'] : ['snapshot', 'commit'];
}
