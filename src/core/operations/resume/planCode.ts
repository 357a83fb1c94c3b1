/** The code's part of a resume, as steps: from where the repository stands to where the session does. */
import { readConfiguration } from '../../git/configuration.ts';
import type { Finding, Remedy } from '../../git/finding.ts';
import { findHeldBack, withoutHeldBack } from '../../git/heldBack.ts';
import { resolveCommit } from '../../git/history.ts';
import type { LeaveOut } from '../../git/leftOut.ts';
import type { ResumeFacts } from '../../git/preflightFacts.ts';
import { isBranchName } from '../../git/refName.ts';
import { pushRemoteOf, trackedCommit } from '../../git/remotes.ts';
import type { Repository } from '../../git/repository.ts';
import type { StoredCode } from '../../session/session.ts';
import type { CodeStep } from '../plan.ts';

export interface CodeChoices {
  remedies: readonly Remedy[];
  findings: readonly Finding[];
  /** A branch that is only behind is moved forward. */
  pull: boolean;
  /** What a commit of the changes leaves out is stashed. */
  leaveOut: LeaveOut;
  /** Name of the device that saved, for a branch of its own. */
  device: string;
}

export async function codeSteps(repository: Repository, { repository: facts }: ResumeFacts, { branch, commit, snapshot }: StoredCode, choices: CodeChoices): Promise<CodeStep[]> {
  if (facts?.commit !== 'here') {
    return [];
  }
  const restore: CodeStep[] = snapshot && facts.snapshot === 'to-restore' ? [{ kind: 'restore-snapshot', commit: snapshot.commit, files: snapshot.files }] : [];
  const { remedies, findings, leaveOut } = choices;
  const { state, divergence } = facts;
  const steps: CodeStep[] = [];
  const answer = findings.find(({ code, repository: other, answered }) => code === 'uncommitted-changes' && other === undefined && answered === true)?.remedies[0];
  if (answer === 'stash') {
    steps.push({ kind: 'stash', files: state.changes.length });
  } else if (answer === 'commit') {
    const heldBack = await findHeldBack(repository, state.changes, leaveOut);
    const files = (await withoutHeldBack(repository, state.changes, heldBack)).length;
    const held = heldBack.secrets.length + heldBack.large.length;
    steps.push(
      ...(files > 0 ? [{ kind: 'commit-changes', files, message: `Work before resuming on ${state.branch ?? 'a detached HEAD'} [ConvoSync]` } as const] : []),
      ...(held > 0 ? [{ kind: 'stash', files: held } as const] : []),
    );
  }
  if (branch === undefined || remedies.includes('exact')) {
    return state.commit === commit && state.branch === undefined ? [...steps, ...restore] : [...steps, { kind: 'detach', commit }, ...restore];
  }
  // Before the first commit there is nothing to stay on.
  if (remedies.includes('stay') && state.commit !== undefined) {
    return steps;
  }
  if (divergence === undefined) {
    const tracks = await remoteToTrack(repository, branch);
    return [...steps, { kind: 'switch', branch, create: true, commit, ...(tracks === undefined ? {} : { tracks }) }, ...restore];
  }
  const ahead = divergence.ahead + (answer === 'commit' && state.branch === branch ? 1 : 0);
  const isDiverged = (divergence.behind > 0 || restore.length > 0) && ahead > 0;
  if ((isDiverged || facts.takenBy !== undefined) && remedies.includes('new-branch')) {
    return [...steps, { kind: 'new-branch', branch: await freeBranch(repository, `${branch}-${slug(choices.device)}`), commit }, ...restore];
  }
  if (state.branch !== branch) {
    steps.push({ kind: 'switch', branch, create: false });
  }
  if (isDiverged) {
    return remedies.includes('discard-local') ? [...steps, { kind: 'discard-local', branch, commits: ahead, commit }, ...restore] : [...steps, { kind: 'pull', how: 'merge', commit }];
  }
  if (divergence.behind > 0) {
    return choices.pull ? [...steps, { kind: 'fast-forward', branch, commit }, ...restore] : steps;
  }
  return [...steps, ...restore];
}

/** As `git switch` does with a branch that a remote has; undefined where it has none, or the branch's settings are there already. */
async function remoteToTrack(repository: Repository, branch: string): Promise<string | undefined> {
  const settings = await readConfiguration(repository);
  const remote = await pushRemoteOf(repository, branch);
  const isSetUp = [...settings.keys()].some((key) => key.startsWith(`branch.${branch}.`));
  return remote !== undefined && !isSetUp && (await trackedCommit(repository, remote, branch)) !== undefined ? remote : undefined;
}

async function freeBranch(repository: Repository, wanted: string): Promise<string> {
  const name = isBranchName(wanted) ? wanted : 'convosync-session';
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if ((await resolveCommit(repository, `refs/heads/${candidate}`)) === undefined) {
      return candidate;
    }
  }
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'session';
}
