/** What of the working tree is in no session: before a save as findings, after it by name in the session and its report. */
import type { Finding } from '../git/finding.ts';
import type { HeldBack } from '../git/heldBack.ts';
import { type LeftOut, namesLeftOut } from '../git/leftOut.ts';
import type { Repository } from '../git/repository.ts';
import type { Change } from '../git/status.ts';
import { nestedRepositories } from '../git/workingTree.ts';
import type { StoredCode } from '../session/session.ts';
import type { Note } from './report.ts';

/** @param changes what `readState` has just shown */
export async function leftOutOfCommit(repository: Repository, changes: readonly Change[], { secrets, large }: Pick<HeldBack, 'secrets' | 'large'>, signal?: AbortSignal): Promise<Partial<LeftOut>> {
  return { secrets, large, nestedRepositories: await nestedRepositories(repository, changes, signal), insideSubmodules: insideSubmodules(changes) };
}

/** A snapshot does not look for new files inside submodules: git's status has. */
export function withSubmodules<Left extends Partial<LeftOut>>(leftOut: Left, changes: readonly Change[]): Left {
  return { ...leftOut, insideSubmodules: [...new Set([...(leftOut.insideSubmodules ?? []), ...insideSubmodules(changes)])] };
}

function insideSubmodules(changes: readonly Change[]): string[] {
  return changes.filter(({ insideSubmodule }) => insideSubmodule === true).map(({ path: folder }) => folder);
}

/** With a way to have them in, for those that are left out by choice. */
export function leftOutFindings(leftOut: Partial<LeftOut>): Finding[] {
  const details = namesLeftOut(leftOut);
  const isChoice = details['secrets'] !== undefined || details['large'] !== undefined;
  return Object.keys(details).length === 0 ? [] : [{ code: 'left-out', severity: 'info', details, remedies: isChoice ? ['everything'] : [] }];
}

/** What a session says that it lacks. */
export function lackingFindings({ leftOut }: Pick<StoredCode, 'leftOut'>): Finding[] {
  return leftOut ? [{ code: 'left-out', severity: 'info', details: leftOut, remedies: [] }] : [];
}

export function trackedSecrets({ tracked }: HeldBack): Finding[] {
  return tracked.length === 0 ? [] : [{ code: 'tracked-secrets', severity: 'info', details: { count: tracked.length, files: tracked }, remedies: [] }];
}

export function leftOutNotes(leftOut: Partial<LeftOut>): Note[] {
  const reasons = Object.entries<string[]>({ ...leftOut }) as [keyof LeftOut, string[]][];
  return reasons.filter(([, paths]) => paths.length > 0).map(([what, paths]) => ({ kind: 'not-saved', what, paths }));
}
