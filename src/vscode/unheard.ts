/**
 * A look that asks no network hears nothing of the remote, so what was the matter with it stays the matter: otherwise a
 * list that could not be read would turn into one that is empty as soon as a file is saved.
 */
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Status } from '../core/operations/report.ts';
import type { Look, OverviewState } from './overview.ts';

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

/**
 * There is a vault that may not be looked into, for want of its key or of the user's word that it is theirs: its sessions
 * are not known, or not to be shown any more.
 */
export function isShut(error: unknown): boolean {
  return ConvoSyncError.is(error, 'vault-locked', 'vault-choice');
}

export interface Looked {
  folder: string;
  found: Status;
  /** What was known before, if anything. */
  before: Status | undefined;
  /** Why the last look that asked the network failed. */
  failure: Error | undefined;
}

/** What is known after a look that has succeeded. */
export function stateAfter(look: Look, { folder, found, before, failure }: Looked): OverviewState {
  // A local look finds nothing of a vault that only the remote shows, so what it does find was opened meanwhile.
  if (look !== 'local' || hasHeard(found, before) || (isShut(failure) && found.listing.vault !== undefined)) {
    return { kind: 'ready', folder, status: found };
  }
  if (failure && isShut(failure)) {
    return { kind: 'failed', folder, error: failure };
  }
  return { kind: 'ready', folder, status: keepingProblem(found, before), ...(failure ? { error: failure } : {}) };
}
