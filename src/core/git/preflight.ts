/**
 * The verdict on a repository before a save or a resume: pure functions from facts to findings. A question to which a remedy
 * was already chosen, by an option or an earlier answer, becomes information with that remedy alone.
 */
import type { Finding, FindingCode, Remedy } from './finding.ts';
import type { RepositoryFacts, ResumeFacts, SaveFacts } from './preflightFacts.ts';
import type { Change } from './status.ts';

type Details = Finding['details'];

/** Names of files in a finding; the count tells of the rest. */
const filesNamed = 100;

export function preflightSave({ folder, repository }: SaveFacts, chosen: readonly Remedy[] = []): Finding[] {
  if (!repository) {
    return [refusal('not-a-repository', { folder }, ['initialise'])];
  }
  const { state, remote, divergence } = repository;
  const { branch, changes } = state;
  if (state.commit === undefined) {
    return [refusal('no-commit', { folder, branch: branch ?? '' }, ['initialise'])];
  }
  const findings = halfDone(repository);
  const snapshot = changes.length > 0 ? (['snapshot'] as const) : [];
  const isSnapshot = changes.length > 0 && chosen.includes('snapshot');
  if (branch === undefined) {
    findings.push(question('detached-head', { commit: state.commit }, ['create-branch', ...snapshot, 'save-unpushed'], chosen));
  }
  if (changes.length > 0) {
    findings.push(info('uncommitted-changes', { ...named(changes), as: isSnapshot ? 'snapshot' : 'commit' }, [isSnapshot ? 'commit' : 'snapshot']));
  }
  if (remote === undefined) {
    findings.push(info('no-remote', {}, ['add-remote']));
    return findings;
  }
  findings.push(...remoteProblem(repository));
  if (branch !== undefined && (state.upstream === undefined || state.ahead === undefined)) {
    findings.push(info('no-upstream', { branch, remote }));
  }
  // A new branch begins at HEAD: how the one that is left compares with the remote's no longer matters.
  const leaves = chosen.includes('create-branch');
  if (branch !== undefined && !leaves && divergence !== undefined && divergence.behind > 0) {
    const details = { branch, remote, ...divergence };
    // What is about to be committed would make a branch diverge that is only behind now.
    const hasOwn = divergence.ahead > 0 || (changes.length > 0 && !isSnapshot);
    findings.push(hasOwn ? question('diverged', details, ['pull-merge', 'pull-rebase', ...snapshot, 'save-unpushed'], chosen) : info('behind', details));
  }
  return findings;
}

export function preflightResume({ folder, session, repository }: ResumeFacts, chosen: readonly Remedy[] = []): Finding[] {
  if (!repository) {
    return [refusal('not-a-repository', { folder, repository: session.repository.name }, ['clone'])];
  }
  const { state, identity, match, divergence } = repository;
  const both = { here: identity.remote ?? identity.name, session: session.repository.remote ?? session.repository.name };
  // Without a commit the remote alone tells that it is the same repository.
  if (state.commit === undefined && match !== 'same') {
    return [refusal('no-commit', { folder, repository: session.repository.name }, ['clone'])];
  }
  if (match === 'other') {
    return [refusal('other-repository', both, ['clone'])];
  }
  const findings = [...halfDone(repository), ...remoteProblem(repository)];
  if (match === 'related') {
    findings.push(info('other-repository', both));
  }
  const details = { commit: session.commit, branch: session.branch ?? '' };
  if (repository.commit === 'missing') {
    findings.push(refusal('commit-missing', details, ['retry']));
    return findings;
  }
  const exact = session.branch === undefined || chosen.includes('exact');
  const isBegun = state.commit !== undefined;
  const stays = !exact && isBegun && chosen.includes('stay');
  const onBranch = state.branch === session.branch;
  // A branch that another working tree has stays where it is.
  const leaves = repository.takenBy !== undefined && chosen.includes('new-branch');
  if (!exact && !onBranch && state.commit !== undefined) {
    const { takenBy } = repository;
    const where = { ...details, here: state.branch ?? state.commit, ...(takenBy === undefined ? {} : { folders: [takenBy] }) };
    const aside = takenBy === undefined ? undefined : (['exact', 'new-branch', 'stay', 'open-other'] as const);
    findings.push(
      state.branch === undefined
        ? question('detached-head', where, aside ?? ['switch', 'exact', 'stay'], chosen)
        : question('other-branch', where, aside ?? ['switch', 'stay', 'worktree'], chosen),
    );
  }
  // Files that were not committed belong to the very commit: a merge would be another.
  const restores = repository.snapshot === 'to-restore';
  if (!exact && !stays && !leaves && divergence !== undefined && (divergence.behind > 0 || restores)) {
    const ahead = divergence.ahead + (onBranch && state.changes.length > 0 && chosen.includes('commit') ? 1 : 0);
    const counts = { ...details, ahead, behind: divergence.behind, ...(restores ? { snapshot: session.snapshot?.files ?? 0 } : {}) };
    if (ahead > 0) {
      findings.push(question('diverged', counts, restores ? ['new-branch', 'discard-local'] : ['pull-merge', 'new-branch', 'discard-local'], chosen));
    } else if (divergence.behind > 0) {
      findings.push(info('behind', counts));
    }
  }
  if (stays && restores) {
    findings.push(info('snapshot-stays', { branch: details.branch, count: session.snapshot?.files ?? 0 }));
  }
  if (state.changes.length > 0) {
    const inPlace = stays || (state.commit === session.commit && (onBranch || exact) && !restores);
    findings.push(inPlace ? info('uncommitted-changes', named(state.changes)) : question('uncommitted-changes', named(state.changes), isBegun ? ['stash', 'commit'] : ['stash'], chosen));
  }
  return findings;
}

function halfDone({ state, operation }: RepositoryFacts): Finding[] {
  const conflicts = state.changes.filter(({ kind }) => kind === 'unmerged');
  if (operation !== undefined) {
    return [refusal('operation-in-progress', { operation, ...named(conflicts) }, ['open-files'])];
  }
  return conflicts.length === 0 ? [] : [refusal('unresolved-conflicts', named(conflicts), ['open-files'])];
}

function remoteProblem({ remoteProblem: problem }: RepositoryFacts): Finding[] {
  return problem === undefined ? [] : [info(problem.kind === 'credentials' ? 'credentials-refused' : 'remote-unreachable', { remote: problem.remote, reason: problem.reason }, ['retry'])];
}

function named(changes: readonly Change[]): { count: number; files: string[] } {
  return { count: changes.length, files: changes.slice(0, filesNamed).map(({ path }) => path) };
}

function info(code: FindingCode, details: Details, remedies: readonly Remedy[] = []): Finding {
  return { code, severity: 'info', details, remedies };
}

function refusal(code: FindingCode, details: Details, remedies: readonly Remedy[]): Finding {
  return { code, severity: 'refusal', details, remedies };
}

function question(code: FindingCode, details: Details, remedies: readonly Remedy[], chosen: readonly Remedy[]): Finding {
  const answer = remedies.find((remedy) => chosen.includes(remedy));
  return answer === undefined ? { code, severity: 'question', details, remedies } : { ...info(code, details, [answer]), answered: true };
}
