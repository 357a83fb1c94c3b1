/** The handoff of work as it stands in a checkout: what the conversation says of it, and git. */
import { mergeBase } from '../../git/history.ts';
import type { ChangedFile } from '../../session/handoff/fromTranscript.ts';
import type { Checkout } from '../checkout.ts';
import type { ReadConversation } from '../conversations.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { HandoffBy } from '../plan.ts';
import { findDefaultBranch } from '../save/defaultBranch.ts';
import type { MadeHandoff } from './writeHandoff.ts';

/** What of a checkout a handoff is made of. */
export type Workplace = Pick<Checkout, 'repository' | 'remote' | 'view' | 'state'>;

export interface Work {
  branch: string | undefined;
  read: ReadConversation | undefined;
  /** A commit will be made: which one is known only after it. */
  commits: boolean;
  by: HandoffBy;
}

/** Without sections where neither says anything. What looks like a secret is in it as it was said. */
export async function describeWork(parts: Parts, place: Workplace, { branch, read, commits, by }: Work, options: RunOptions): Promise<MadeHandoff> {
  const { writeHandoff } = await import('./writeHandoff.ts');
  const source = {
    messages: read?.transcript.messages ?? [],
    device: parts.device,
    at: parts.machine.now().toISOString(),
    ...(place.state.commit === undefined || commits ? {} : { commit: place.state.commit }),
    ...(branch === undefined ? {} : { branch }),
    changedFiles: await changesSince(place, options.signal),
  };
  return writeHandoff(parts, { source, read, repository: place.repository, by }, options);
}

/** Lines added and removed since the work left the default branch. */
async function changesSince(place: Workplace, signal?: AbortSignal): Promise<ChangedFile[]> {
  const { repository, state: { commit } } = place;
  if (commit === undefined) {
    return [];
  }
  const { tip } = await findDefaultBranch(place, signal);
  const base = (tip === undefined ? undefined : await mergeBase(repository, tip, commit, signal)) ?? commit;
  const { stdout } = await repository.git.run(['diff', '--numstat', '-z', '--no-renames', base], { cwd: repository.top, readOnly: true, signal });
  return stdout.toString('utf8').split('\0').filter(Boolean).map((line) => {
    const [added = '-', removed = '-', ...path] = line.split('\t');
    return { path: path.join('\t'), ...(added === '-' ? {} : { added: Number(added), removed: Number(removed) }) };
  });
}
