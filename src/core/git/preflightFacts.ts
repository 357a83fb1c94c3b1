/**
 * What preflight judges by, gathered from the repository and from what its remote just answered. Nothing is changed but what
 * an ordinary fetch of the user's changes.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { RepositoryIdentity, StoredCode } from '../session/session.ts';
import { missingCommits } from './bundle.ts';
import { fetchBranch, fetchRemote, type RemoteRefs } from './fetch.ts';
import { aheadBehind, type Divergence, hasCommit, tipOfBranch } from './history.ts';
import { identifyAgainst, sameRepository } from './identity.ts';
import { pushRemoteOf, trackedCommit } from './remotes.ts';
import type { Repository } from './repository.ts';
import type { RepositoryState } from './status.ts';
import { holdable, type Operation, operationInProgress, readState, worktreeOf } from './workingTree.ts';

export interface RepositoryFacts {
  /** With the changes alone that a commit or a stash can hold. */
  state: RepositoryState;
  operation?: Operation;
  /** Why the remote did not answer; absent when it did or was not asked. */
  remoteProblem?: RemoteProblem;
}

export interface RemoteProblem {
  kind: 'unreachable' | 'credentials';
  remote: string;
  /** In git's words; empty when it said nothing in time. */
  reason: string;
}

export interface SaveFacts {
  folder: string;
  /** Absent when the folder is in no working tree. */
  repository?: RepositoryFacts & {
    /** Where a push goes; absent when there is no remote to choose. */
    remote?: string;
    /** HEAD against the branch of the same name at that remote; absent when it has none, as far as known. */
    divergence?: Divergence;
  };
}

export interface ResumeFacts {
  folder: string;
  session: ResumedCode;
  /** Absent when the folder is in no working tree. */
  repository?: RepositoryFacts & {
    identity: RepositoryIdentity;
    match: 'same' | 'related' | 'other';
    /** Whether the session's commit is in the repository, or only in bundles that can be applied, or nowhere. */
    commit: 'here' | 'bundled' | 'missing';
    /**
     * The local branch of the session's name against the session's commit. Absent without such a branch, and while the
     * commit is only bundled: whoever has applied the bundles gathers again.
     */
    divergence?: Divergence;
    /** The other working tree of the repository that has the session's branch checked out: git lets no second one have it. */
    takenBy?: string;
    /** Whether the files that the session holds beyond its commit lie in the working tree already; absent when it holds none. */
    snapshot?: 'in-place' | 'to-restore';
  };
}

export type ResumedCode = Pick<StoredCode, 'repository' | 'branch' | 'commit'> & { snapshot?: { files: number } | undefined } & { bundles: readonly { tip: string; prerequisites: readonly string[] }[] };

export interface GatherOptions {
  signal?: AbortSignal | undefined;
  /** What the repository has just said of itself; asked for without it. */
  state?: RepositoryState;
  /**
   * What the remote answered just now, or why it did not. With an answer, missing commits are fetched; without one, a save
   * judges by the last fetch and a resume by what is here.
   */
  look?: RemoteRefs | ConvoSyncError | undefined;
}

export async function gatherSaveFacts(repository: Repository | undefined, folder: string, options: GatherOptions): Promise<SaveFacts> {
  if (!repository) {
    return { folder };
  }
  const { signal, look } = options;
  const facts: NonNullable<SaveFacts['repository']> = await gatherState(repository, options);
  const { branch, commit } = facts.state;
  const remote = await pushRemoteOf(repository, branch, signal);
  if (remote === undefined) {
    return { folder, repository: facts };
  }
  Object.assign(facts, { remote }, ConvoSyncError.is(look) ? problemWith(remote, look) : {});
  if (branch === undefined || commit === undefined) {
    return { folder, repository: facts };
  }
  const answered = look !== undefined && !ConvoSyncError.is(look);
  const tip = answered ? look.refs.get(`refs/heads/${branch}`) : await trackedCommit(repository, remote, branch, signal);
  if (tip !== undefined && answered && !(await hasCommit(repository, tip, signal))) {
    Object.assign(facts, await talk(remote, () => fetchBranch(repository, remote, branch, signal)));
  }
  if (tip !== undefined && (await hasCommit(repository, tip, signal))) {
    facts.divergence = await aheadBehind(repository, commit, tip, signal);
  }
  return { folder, repository: facts };
}

export async function gatherResumeFacts(repository: Repository | undefined, folder: string, session: ResumedCode, options: GatherOptions): Promise<ResumeFacts> {
  if (!repository) {
    return { folder, session };
  }
  const { signal } = options;
  const state = await gatherState(repository, options);
  const identity = await identifyAgainst(repository, session.repository, { head: state.state, signal });
  // An empty repository of no remote belongs to nothing else.
  const match = state.state.commit === undefined && identity.remote === undefined ? 'same' : sameRepository(identity, session.repository);
  if (match === 'other') {
    return { folder, session, repository: { ...state, identity, match, commit: 'missing' } };
  }
  const remoteProblem = await bringCommit(repository, session, options);
  const facts: NonNullable<ResumeFacts['repository']> = { ...state, ...remoteProblem, identity, match, commit: await availability(repository, session, signal) };
  const tip = session.branch === undefined ? undefined : await tipOfBranch(repository, session.branch, state.state, signal);
  if (tip !== undefined && facts.commit === 'here') {
    facts.divergence = await aheadBehind(repository, tip, session.commit, signal);
  }
  const takenBy = tip === undefined || session.branch === undefined || session.branch === state.state.branch ? undefined : await worktreeOf(repository, session.branch, signal);
  return { folder, session, repository: { ...facts, ...(takenBy === undefined ? {} : { takenBy }) } };
}

async function gatherState(repository: Repository, { state: known, signal }: GatherOptions): Promise<RepositoryFacts> {
  const [state, operation] = await Promise.all([known ?? readState(repository, signal), operationInProgress(repository)]);
  const changes = await holdable(repository, state.changes, signal);
  return { state: { ...state, changes }, ...(operation === undefined ? {} : { operation }) };
}

/**
 * Fetches a commit that is not here: first the session's branch, as the user would; then all branches, for what the
 * session's bundles build upon.
 */
async function bringCommit(repository: Repository, session: ResumedCode, { look, signal }: GatherOptions): Promise<Problem> {
  const { branch, commit } = session;
  const isHere = await hasCommit(repository, commit, signal);
  const remote = await pushRemoteOf(repository, branch, signal);
  if (remote === undefined || look === undefined || (isHere && !isSilence(look))) {
    return {};
  }
  if (ConvoSyncError.is(look)) {
    return problemWith(remote, look);
  }
  return talk(remote, async () => {
    const fetched = branch !== undefined && (await fetchBranch(repository, remote, branch, signal));
    if (!fetched || !(await hasCommit(repository, commit, signal))) {
      await fetchRemote(repository, remote, signal);
    }
  });
}

/**
 * A later bundle may build upon any commit of an earlier one, which is not known before that is applied; so only what the
 * first one builds upon must be here.
 */
async function availability(repository: Repository, session: ResumedCode, signal: AbortSignal | undefined): Promise<'here' | 'bundled' | 'missing'> {
  if (await hasCommit(repository, session.commit, signal)) {
    return 'here';
  }
  const { bundles, commit } = session;
  const [first] = bundles;
  const holds = first !== undefined && bundles.some(({ tip }) => tip === commit) && (await missingCommits(repository, first.prerequisites, signal)).length === 0;
  return holds ? 'bundled' : 'missing';
}

type Problem = Pick<RepositoryFacts, 'remoteProblem'>;

async function talk(remote: string, action: () => Promise<unknown>): Promise<Problem> {
  try {
    await action();
    return {};
  } catch (error) {
    return problemWith(remote, error);
  }
}

/** Throws what is no matter of the remote. */
function problemWith(remote: string, error: unknown): Problem {
  if (!isSilence(error)) {
    throw error;
  }
  const { stderr } = error.details;
  return { remoteProblem: { kind: error.code === 'git-credentials' ? 'credentials' : 'unreachable', remote, reason: typeof stderr === 'string' ? stderr : '' } };
}

/** True for what says that the remote did not answer. */
function isSilence(error: unknown): error is ConvoSyncError {
  return ConvoSyncError.is(error, 'remote-unreachable', 'git-timeout', 'git-credentials');
}
