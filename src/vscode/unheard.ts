/**
 * A look that asks no network hears nothing of the remote, so what was the matter with it stays the matter: otherwise a
 * list that could not be read would turn into one that is empty as soon as a file is saved.
 */
import type { Status } from '../core/operations/report.ts';

/** What a local look found, with what the look before it knew of the remote. */
export function keepingProblem(found: Status, before: Status | undefined): Status {
  const problem = before?.listing.problem;
  if (!problem) {
    return found;
  }
  const unreached = found.sync === 'queued' ? 'queued' : 'offline';
  return {
    ...found,
    sync: before.sync === 'queued' || before.sync === 'offline' ? unreached : before.sync,
    listing: { ...found.listing, problem },
  };
}

/** Something else, such as a save, has reached the remote in between. */
export function hasHeard(found: Status, before: Status | undefined): boolean {
  return before !== undefined && found.listing.refreshed !== before.listing.refreshed;
}
