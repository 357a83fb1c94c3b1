/**
 * What preflight found, in words: the matter, what is safe, and the ways out as buttons and as what to type.
 *
 * The facts come from `core/git/preflight`; on a resume `branch` and `commit` are the session's and `here` is this side.
 */
import type { Finding, FindingCode, Remedy, Severity } from '../core/git/finding.ts';
import { t } from '../l10n/language.ts';
import { afterColon, commitFact, inParentheses, listFact, numberFact, remoteFact, textFact } from './facts.ts';
import { describeBadTemplate, describeWithoutModel } from './handoffs.ts';
import { bytes, count, names, sentences } from './quantities.ts';
import { secretPlaces, secretsFound } from './secrets.ts';

export type PreflightOperation = 'save' | 'resume';

export interface FindingExplanation {
  /** What is the matter. */
  title: string;
  detail?: string;
  /** What is safe, or kept. */
  safe?: string;
  /** Git's own words, possibly many lines. */
  quote?: string;
}

type Details = Finding['details'];

const nothingDone = (): string => t`Nothing has been changed.`;

type Explain = (details: Details, operation: PreflightOperation, severity: Severity) => FindingExplanation;

const explanations: Record<FindingCode, Explain> = {
  'not-a-repository': (details, operation) => ({
    title: textFact(details, 'folder') === undefined ? t`There is no git repository, since no folder is open.` : t`This folder is not in a git repository${afterColon(textFact(details, 'folder'))}.`,
    detail: operation === 'save' ? t`A session is code and conversation together, and git carries the code.` : insideClone(textFact(details, 'repository')),
    safe: nothingDone(),
  }),
  'no-commit': (details, operation) => ({
    title: t`The repository has no commit yet.`,
    detail: operation === 'save' ? t`An empty first commit is enough to begin with; your files stay as they are, and are saved next.`
      : textFact(details, 'worktree') === undefined ? t`Resume in a clone of the session’s repository instead.` : t`There is nothing that another worktree could begin with: resume in this folder itself.`,
    safe: nothingDone(),
  }),
  'no-remote': (_, operation) => operation === 'save'
    ? { title: t`The repository has no remote.`, detail: t`No other device sees the session until there is one.`, safe: t`The session is saved on this device.` }
    : { title: t`The repository has no remote.`, detail: t`Only sessions that were saved on this device can be found.` },
  'remote-unreachable': (details, operation) => ({
    title: t`${remoteFact(details)} cannot be reached.`,
    ...(operation === 'save'
      ? { detail: t`The session will be sent when there is a connection.`, safe: t`Until then it is safe on this device.` }
      : { detail: t`Sessions that are already here can be resumed; there may be newer ones.` }),
    ...gitsWords(details),
  }),
  'credentials-refused': (details, operation) => ({
    title: t`${remoteFact(details)} did not accept your credentials.`,
    ...(operation === 'save'
      ? { detail: t`The session will be sent once you have signed in, for example with “git fetch” in a terminal.`, safe: t`Until then it is safe on this device.` }
      : { detail: t`Sign in, for example with “git fetch” in a terminal, to see newer sessions.` }),
    ...gitsWords(details),
  }),
  'detached-head': (details, operation) => operation === 'save'
    ? { title: detached(commitFact(details, 'commit')), detail: t`Commits made here are easily lost from sight; a branch keeps them.`, safe: nothingDone() }
    : { title: detachedBeside(commitFact(details, 'here'), textFact(details, 'branch')), ...taken(details), safe: nothingDone() },
  'operation-in-progress': (details) => ({
    title: files(details) === undefined
      ? t`A ${textFact(details, 'operation') ?? t`git operation`} is in progress.`
      : t`A ${textFact(details, 'operation') ?? t`git operation`} is in progress, with conflicts in ${files(details) ?? ''}.`,
    detail: t`Finish or abort it with git, then try again.`,
    safe: nothingDone(),
  }),
  'unresolved-conflicts': (details) => ({
    title: files(details) === undefined ? t`There are unresolved conflicts.` : t`There are unresolved conflicts in ${files(details) ?? ''}.`,
    detail: t`Resolve them, then try again.`,
    safe: nothingDone(),
  }),
  'no-upstream': (details) => ({
    title: t`${branchOf(details)} has no upstream yet.`,
  }),
  behind: (details, operation) => ({
    title: t`${branchOf(details)} is ${count(numberFact(details, 'behind') ?? 0, 'commit')} behind ${otherSide(details, operation)}.`,
    detail: operation === 'save' ? t`You have no commits to send, so nothing is in the way.` : t`It can simply be moved forward.`,
  }),
  diverged: (details, operation) => ({
    title: numberFact(details, 'behind') === 0
      ? aheadOfSnapshot(details)
      : operation === 'save' && numberFact(details, 'ahead') === 0
      ? t`${branchOf(details)} is ${count(numberFact(details, 'behind') ?? 0, 'commit')} behind ${otherSide(details, operation)}, and what is about to be committed would make the two diverge.`
      : t`${branchOf(details)} and ${otherSide(details, operation)} have diverged: ${count(numberFact(details, 'ahead') ?? 0, 'commit')} only here, ${count(numberFact(details, 'behind') ?? 0, 'commit')} only there.`,
    detail: operation === 'save' ? t`A push would be rejected until the two are brought together.` : t`Both sides went on, so one cannot simply follow the other.`,
    safe: t`Whichever way you choose, your commits are kept.`,
  }),
  'agent-missing': (details) => ({
    title: t`${textFact(details, 'agentName') ?? t`The agent`} is not found on this device, so its conversation “${textFact(details, 'conversation') ?? ''}” is not resumed.`,
    detail: t`It takes conversations in through its own program. Install it, or put it on the PATH, and resume once more.`,
    safe: t`The session keeps the conversation.`,
  }),
  'uncommitted-changes': (details, operation, severity) => ({
    title: files(details) === undefined ? t`There are uncommitted changes.` : t`There are uncommitted changes in ${files(details) ?? ''}.`,
    ...(operation === 'save'
      ? { detail: textFact(details, 'as') === 'snapshot' ? t`They are kept as they are in the session; nothing is committed, here or at the remote.` : t`They are committed with the session.` }
      : severity === 'info'
        ? { detail: t`They are not in the way of the session.` }
        : { detail: t`The resume changes the code here, so they are put aside or committed first.`, safe: t`They are kept, and an undo brings them back as they are.` }),
  }),
  'conversation-large': (details) => ({
    title: t`The conversation is large${afterColon(sizeOf(details))}.`,
    detail: t`Its first save takes a while; the next ones send only what was added.`,
  }),
  'conversation-damaged': (details, operation) => ({
    title: operation === 'save'
      ? t`The conversation has ${count(numberFact(details, 'lines') ?? 1, 'line')} that cannot be read.`
      : t`The session’s conversation has ${count(numberFact(details, 'lines') ?? 1, 'line')} that cannot be read.`,
    ...(operation === 'save'
      ? { detail: t`It is saved byte for byte as it is.`, ...(numberFact(details, 'sessions') === 0 ? {} : { safe: t`What was saved of it before can still be resumed.` }) }
      : { detail: t`No earlier session of it is whole.`, ...lastGood(details) }),
  }),
  'conversation-shorter': (details, operation) => operation === 'save'
    ? {
      title: t`The conversation has ${count(numberFact(details, 'messages') ?? 0, 'message')} here, and ${numberFact(details, 'saved') ?? t`more`} in a session that you saved here before.`,
      detail: t`It is saved as it is now. Pin that session if it is to stay however old it becomes.`,
      safe: t`What was saved of it before can still be resumed.`,
    }
    : {
      title: t`The conversation has ${count(numberFact(details, 'messages') ?? 0, 'message')} in this session, and ${numberFact(details, 'saved') ?? t`more`} in an earlier one of the same device.`,
      ...lastGood(details),
    },
  'tracked-secrets': (details) => ({
    title: t`Part of the session, though named like secrets: ${files(details) ?? t`files that git tracks`}.`,
    detail: t`Your commits hold them already, so what changed in them goes along.`,
  }),
  'secrets-found': (details, _, severity) => ({
    title: t`The conversation holds ${secretsFound(details)}.`,
    ...secretPlaces(details),
    safe: severity === 'info' ? t`Your own copy of the conversation stays as it is.` : t`Nothing has left this device. Your own copy of the conversation stays as it is either way.`,
  }),
  'handoff-without-model': (details) => describeWithoutModel(details),
  'handoff-template': (details) => describeBadTemplate(details),
  'left-out': (details, operation) => {
    const told = reasonsToLeaveOut.filter(([name]) => listFact(details, name).length > 0);
    return {
      title: told.length === 0 ? t`Some files are not in the session.` : t`Not in the session: ${names(told.flatMap(([name]) => listFact(details, name)))}.`,
      ...(operation === 'resume' ? { detail: t`They stayed on the device that saved.` } : {
        ...(told.length === 0 ? {} : { detail: sentences(...told.map(([, sentence]) => sentence())) }),
        safe: t`On this device they stay as they are.`,
      }),
    };
  },
  'other-branch': (details) => ({
    title: t`The session is on ${textFact(details, 'branch') ?? t`no branch`}; you are on ${textFact(details, 'here') ?? t`another one`}.`,
    detail: t`On another branch the conversation speaks of code that is not there.`,
    ...taken(details),
    safe: nothingDone(),
  }),
  'snapshot-stays': (details) => ({
    title: t`Not brought here: ${count(numberFact(details, 'count') ?? 0, 'uncommitted file')} of the session.`,
    detail: textFact(details, 'branch') === undefined
      ? t`What belongs to its commit stays in the session while the code here stays as it is.`
      : t`What belongs to its commit on ${textFact(details, 'branch') ?? ''} stays in the session while the code here stays as it is.`,
    safe: t`It comes along whenever you resume on that branch.`,
  }),
  'commit-missing': (details) => ({
    title: commitFact(details, 'commit') === undefined
      ? t`The session’s commit is neither here nor at the remote.`
      : t`The session’s commit ${commitFact(details, 'commit') ?? ''} is neither here nor at the remote.`,
    detail: textFact(details, 'source') === 'file'
      ? t`The file holds what the remote’s default branch did not have. Add the remote here, or have the session exported with its history (convosync export --with-history).`
      : t`Either it was never pushed, or its branch was rewritten since. Save once more on the device that has it.`,
    safe: nothingDone(),
  }),
  'other-repository': (details, _, severity) => ({
    title: t`The session belongs to ${textFact(details, 'session') ?? t`another repository`}; this is ${textFact(details, 'here') ?? t`not it`}.`,
    ...(severity === 'info' ? { detail: t`The two share their history, so it can be resumed here.` } : { detail: t`Resume it in a clone of its own repository.`, safe: nothingDone() }),
  }),
  'companion-missing': (details, operation, severity) => operation === 'save'
    ? {
      title: textFact(details, 'folder') === undefined
        ? t`There is no repository at one of the folders, which belongs to the session.`
        : t`There is no repository at ${textFact(details, 'folder') ?? ''}, which belongs to the session.`,
      detail: severity === 'info' ? t`The session is saved without it.` : t`It was named, or went along with the last session here.`,
      ...(severity === 'info' ? {} : { safe: nothingDone() }),
    }
    : {
      title: textFact(details, 'folder') === undefined
        ? t`This repository belongs to the session and is not at its place.`
        : t`This repository belongs to the session and is not at ${textFact(details, 'folder') ?? ''}.`,
      detail: severity === 'info' ? t`The session is resumed without it.` : t`Clone it there${inParentheses(textFact(details, 'remote'))}, or say where it is.`,
      ...(severity === 'info' ? {} : { safe: nothingDone() }),
    },
};

const labels: Record<Remedy, () => string> = {
  initialise: () => t`Initialise Repository`,
  clone: () => t`Clone Session’s Repository`,
  'open-folder': () => t`Open Folder`,
  'add-remote': () => t`Add Remote`,
  'create-branch': () => t`Create Branch Here`,
  'open-files': () => t`Open Files`,
  'pull-merge': () => t`Pull & Merge`,
  'pull-rebase': () => t`Pull & Rebase`,
  'new-branch': () => t`Use Session’s State on a New Branch`,
  'discard-local': () => t`Discard Local Commits`,
  exact: () => t`Check Out the Exact Commit`,
  switch: () => t`Switch Branch`,
  stay: () => t`Stay on This Branch`,
  worktree: () => t`Open in a Worktree`,
  'open-other': () => t`Open the Right One`,
  stash: () => t`Stash & Continue`,
  commit: () => t`Commit & Continue`,
  snapshot: () => t`Save as Snapshot`,
  everything: () => t`Save These Files Too`,
  'save-unpushed': () => t`Save Without Pushing the Branch`,
  locate: () => t`Choose Its Folder`,
  without: () => t`Go On Without It`,
  'last-good': () => t`Resume the Last Good One`,
  redact: () => t`Redact in the Saved Copy`,
  'keep-secrets': () => t`Save Anyway`,
  retry: () => t`Try Again`,
};

const consequences: Partial<Record<Remedy, () => string>> = {
  'pull-merge': () => t`merges the remote’s commits into yours`,
  'pull-rebase': () => t`puts your commits on top of the remote’s`,
  'new-branch': () => t`leaves your branch as it is`,
  'discard-local': () => t`kept for undo`,
  exact: () => t`on no branch`,
  switch: () => t`recommended`,
  stay: () => t`the conversation may not fit the code`,
  worktree: () => t`beside this one, which stays as it is`,
  stash: () => t`puts your changes aside, in git’s stash`,
  commit: () => t`commits your changes first`,
  snapshot: () => t`commits nothing; your files travel inside the session as they are`,
  'save-unpushed': () => t`your commits travel inside the session`,
  without: () => t`everything else of the session comes along`,
  redact: () => t`says “redacted” in their place; remembered`,
  'keep-secrets': () => t`stores them as they stand; remembered`,
  'last-good': () => t`an earlier state of the conversation, with its code`,
};

const ownHands: ReadonlySet<Remedy> = new Set<Remedy>(['initialise', 'clone', 'open-folder', 'add-remote', 'open-files', 'open-other', 'locate', 'retry']);

/** Git has a branch in one working tree at a time. */
function taken(details: Details): { detail?: string } {
  const [folder] = listFact(details, 'folders');
  return folder === undefined ? {} : { detail: t`That branch is checked out in ${folder}, and git has a branch in one worktree at a time: open that folder, or take the session’s code here on no branch or on a new one.` };
}

export function explainFinding({ code, details, severity, repository, conversation }: Finding, operation: PreflightOperation): FindingExplanation {
  const explanation = explanations[code](details, operation, severity);
  if (repository !== undefined) {
    return { ...explanation, title: t`In ${repository}: ${explanation.title}` };
  }
  return conversation === undefined ? explanation : { ...explanation, title: t`“${conversation}”: ${explanation.title}` };
}

/** The remedy as a button, in Title Case. */
export function remedyLabel(remedy: Remedy): string {
  return labels[remedy]();
}

/** What follows from a remedy, in a few lower-case words; undefined where the label says it all. */
export function remedyConsequence(remedy: Remedy): string | undefined {
  return consequences[remedy]?.();
}

/** True for a way out that only the person can take; all others can be chosen and are then carried out. */
export function liesInOwnHands(remedy: Remedy): boolean {
  return ownHands.has(remedy);
}

export const findingCodes = Object.keys(explanations) as FindingCode[];

/** Those that can be chosen beforehand. */
export const remediesToChoose = (Object.keys(labels) as Remedy[]).filter((remedy) => !ownHands.has(remedy));

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(explanations, text);
}

export function isRemedy(text: string): text is Remedy {
  return Object.hasOwn(labels, text);
}

/** What to type for a remedy: an option of the same verb, or a git command of the user's own. */
export function remedyFlag(remedy: Remedy, finding: Finding, operation: PreflightOperation): string {
  switch (remedy) {
    case 'initialise':
      return `${finding.code === 'no-commit' ? '' : 'git init && '}git commit --allow-empty -m "Initial commit"`;
    case 'clone':
      return `git clone ${textFact(finding.details, 'url') ?? '<address>'}`;
    case 'add-remote':
      return 'git remote add origin <address>';
    case 'open-files':
      return 'git status';
    case 'create-branch':
      return '--branch <name>';
    case 'switch':
      return '--switch-branch';
    case 'worktree':
      return '--worktree';
    case 'open-folder':
    case 'open-other':
      return `-C ${listFact(finding.details, 'folders')[0] ?? '<folder>'}`;
    case 'stay':
      return '--stay-on-branch';
    case 'exact':
      return '--exact';
    case 'snapshot':
      return '--stash';
    case 'save-unpushed':
      return '--no-push';
    case 'locate':
      return '--with <folder>';
    case 'retry':
      return operation === 'save' ? 'convosync sync' : 'convosync resume';
    case 'commit':
      return operation === 'save' ? '--commit' : `--on ${finding.code}=${remedy}`;
    default:
      return `--on ${finding.code}=${remedy}`;
  }
}

const reasonsToLeaveOut: readonly (readonly [name: string, sentence: () => string])[] = [
  ['secrets', () => t`Files with names of secrets leave this device only if you want them to.`],
  ['large', () => t`Very large files leave this device only if you want them to.`],
  ['nestedRepositories', () => t`A repository inside this one is saved for itself.`],
  ['insideSubmodules', () => t`Changes inside a submodule are saved in its own repository.`],
  ['emptyFolders', () => t`Git knows no empty folders.`],
  ['unreadableNames', () => t`Some names are not in UTF-8.`],
  ['ignored', () => t`Git ignores what the conversation wrote there.`],
  ['lfs', () => t`Git LFS sends contents only when the branch is pushed.`],
];

function branchOf(details: Details): string {
  const branch = textFact(details, 'branch');
  return branch === undefined ? t`The branch` : t`Branch ${branch}`;
}

function aheadOfSnapshot(details: Details): string {
  const commits = count(numberFact(details, 'ahead') ?? 0, 'commit');
  const files = count(numberFact(details, 'snapshot') ?? 0, 'uncommitted file');
  return numberFact(details, 'snapshot') === 1
    ? t`${branchOf(details)} is ${commits} ahead of the session, whose ${files} belongs to the earlier one.`
    : t`${branchOf(details)} is ${commits} ahead of the session, whose ${files} belong to the earlier one.`;
}

function detached(commit: string | undefined): string {
  return commit === undefined ? t`You are on no branch (HEAD is detached).` : t`You are on no branch (HEAD is detached at ${commit}).`;
}

function detachedBeside(commit: string | undefined, branch: string | undefined): string {
  const theirs = branch ?? t`none either`;
  return commit === undefined
    ? t`You are on no branch (HEAD is detached); the session is on ${theirs}.`
    : t`You are on no branch (HEAD is detached at ${commit}); the session is on ${theirs}.`;
}

function insideClone(repository: string | undefined): string {
  return repository === undefined ? t`Resume inside a clone of the session’s repository.` : t`Resume inside a clone of ${repository}.`;
}

function otherSide(details: Details, operation: PreflightOperation): string {
  if (operation === 'resume') {
    return t`the session`;
  }
  const remote = textFact(details, 'remote');
  return remote === undefined ? t`the one at the remote` : t`the one at “${remote}”`;
}

function lastGood(details: Details): { detail?: string } {
  const message = textFact(details, 'message');
  return message === undefined ? {} : { detail: t`The last good one is “${message}”, with ${count(numberFact(details, 'saved') ?? 0, 'message')}.` };
}

function sizeOf(details: Details): string | undefined {
  const size = numberFact(details, 'size');
  return size === undefined ? undefined : bytes(size);
}

function files(details: Details): string | undefined {
  const paths = listFact(details, 'files');
  return paths.length === 0 ? undefined : names(paths, numberFact(details, 'count'));
}

function gitsWords(details: Details): { quote?: string } {
  const reason = textFact(details, 'reason');
  return reason === undefined ? {} : { quote: reason };
}
