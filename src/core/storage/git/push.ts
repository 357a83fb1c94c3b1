/**
 * A push, and what came of it. Whatever the push said, what the remote holds afterwards decides: a push whose answer got
 * lost may have landed, and one that was rejected may have landed in part.
 */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Logger } from '../../common/logger.ts';
import type { RemoteRefs } from '../../git/fetch.ts';
import { isCode, namespaces } from './refs.ts';
import type { GitRemote, RefUpdate } from './remote.ts';

export interface PushOptions {
  /** The object store of ours that holds what is pushed beside the code; none for code alone. */
  objects?: string;
  logger: Logger;
  /** Told what of the updates is at the remote, before anything is thrown. */
  onLanded?: (landed: readonly RefUpdate[]) => Promise<void>;
}

const branches = 'refs/heads/';

/**
 * Pushes all updates or none, and reads them back. A branch that holds the commit already is left out.
 *
 * @throws ConvoSyncError with `details.landed` and `details.missing`, the refs that are and are not as they should be
 */
export async function pushAndReadBack(remote: GitRemote, updates: readonly RefUpdate[], options: PushOptions, signal?: AbortSignal): Promise<void> {
  const { objects, logger, onLanded } = options;
  throwIfCancelled(signal);
  let failure: ConvoSyncError | undefined;
  try {
    await remote.push(updates, objects, signal);
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    failure = error;
  }
  const view = await readBack(remote, updates, failure, signal);
  const landed = updates.filter(({ ref, commit }) => view.refs.get(ref) === commit);
  await onLanded?.(landed);
  if (landed.length === updates.length) {
    if (failure !== undefined) {
      logger.warn('the push reported a failure, and everything is at the remote');
    }
    return;
  }
  const missing = updates.filter((update) => !landed.includes(update));
  const code = missing.find(({ ref }) => isCode(ref));
  const tip = code && view.refs.get(code.ref);
  if (code?.commit !== undefined && tip !== undefined && ConvoSyncError.is(failure, 'push-rejected') && (await remote.holds(code.commit, code.ref.slice(branches.length), tip, signal))) {
    logger.info(`${remote.name} is ahead of the branch: it is left out`);
    const others = updates.filter((update) => update !== code);
    return others.length === 0 ? undefined : pushAndReadBack(remote, others, options, signal);
  }
  throw explain(failure, { remote: remote.name, landed, missing, view });
}

/** What the remote holds after a push, also one that was cancelled. */
async function readBack(remote: GitRemote, updates: readonly RefUpdate[], failure: ConvoSyncError | undefined, signal?: AbortSignal): Promise<RemoteRefs> {
  try {
    return await remote.look(updates.flatMap(({ ref }) => (isCode(ref) ? [ref.slice(branches.length)] : [])), signal?.aborted ? undefined : signal);
  } catch (error) {
    throw failure ?? new ConvoSyncError('push-unverified', 'The push went through, and the remote could not be read afterwards.', { cause: error, details: { remote: remote.name } });
  }
}

interface Outcome {
  remote: string;
  landed: readonly RefUpdate[];
  missing: readonly RefUpdate[];
  view: RemoteRefs;
}

/** The error for a push after which something is missing at the remote; git's own words stay in `details.stderr`. */
function explain(failure: ConvoSyncError | undefined, { remote, landed, missing, view }: Outcome): ConvoSyncError {
  const names = (updates: readonly RefUpdate[]): string[] => updates.map(({ ref }) => ref);
  const details: ConvoSyncError['details'] = { ...failure?.details, remote, landed: names(landed), missing: names(missing) };
  const moved = missing.find(({ ref, lease }) => lease && view.refs.get(ref) !== lease.expected);
  if (moved) {
    return new ConvoSyncError('storage-conflict', 'Someone else has written to the vault under this writer’s name.', { cause: failure, details: { ...details, moved: moved.ref } });
  }
  const said = typeof details['stderr'] === 'string' ? details['stderr'] : '';
  if (/no space left on device|disk quota exceeded|out of disk space/i.test(said)) {
    return new ConvoSyncError('storage-quota', 'There is no room at the remote.', { cause: failure, details });
  }
  // Hidden from pushes but not from looks: git does not see there what we see. A hook that declines whole pushes says nothing of our refs.
  const isRefused = said.includes('(stale info)') || (missing.every(({ ref }) => !isCode(ref)) && !/pre-receive hook declined|unpacker error/.test(said));
  if (isRefused && missing.some(({ ref }) => ref.startsWith(namespaces.own)) && (failure === undefined || failure.code === 'push-rejected')) {
    return new ConvoSyncError('namespace-refused', 'The remote does not take, or does not show, refs under refs/convosync.', { cause: failure, details });
  }
  return failure === undefined
    ? new ConvoSyncError('push-unverified', 'The push went through, and the remote does not show it.', { details })
    : new ConvoSyncError(failure.code, failure.message, { cause: failure, details });
}

