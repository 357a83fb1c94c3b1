/** Which session of another device is to be announced now, if any. */
import type { SavedSession } from '../core/vault/state.ts';
import type { Overview } from './overview.ts';
import { isQuiet } from './quietHours.ts';

export interface AnnouncingConditions {
  isEnabled: boolean;
  quietHours: string;
  isFocused: boolean;
  wasAnnounced: (session: string) => boolean;
  now: Date;
}

/** What is not announced now, because nobody looks or it is quiet, may be at the next look. */
export function announceable({ state, activity }: Pick<Overview, 'state' | 'activity'>, { isEnabled, quietHours, isFocused, wasAnnounced, now }: AnnouncingConditions): SavedSession | undefined {
  if (state.kind !== 'ready' || activity !== undefined || !isEnabled || !isFocused || isQuiet(quietHours, now)) {
    return undefined;
  }
  const { resumable } = state.status;
  // A device that saves by itself would speak every few minutes.
  return resumable && resumable.summary.automatic !== true && !wasAnnounced(resumable.outline.id) ? resumable : undefined;
}
