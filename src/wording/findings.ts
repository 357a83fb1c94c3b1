/**
 * What preflight found, in words: the matter, what is safe, and the ways out as buttons and as what to type.
 *
 * The facts come from `core/git/preflight`; on a resume `branch` and `commit` are the session's and `here` is this side.
 */
import type { Finding, FindingCode, Remedy, Severity } from '../core/git/finding.ts';
import { commitFact, listFact, numberFact, remoteFact, saidAfter, textFact } from './facts.ts';
import { describeBadTemplate, describeWithoutModel } from './handoffs.ts';
import { bytes, count, names } from './quantities.ts';
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

const nothingDone = 'Nothing has been changed.';

type Explain = (details: Details, operation: PreflightOperation, severity: Severity) => FindingExplanation;

const explanations: Record<FindingCode, Explain> = {
  'not-a-repository': (details, operation) => ({
    title: `This folder is not in a git repository${saidAfter(': ', textFact(details, 'folder'))}.`,
    detail: operation === 'save' ? 'A session is code and conversation together, and git carries the code.' : `Resume inside a clone of ${textFact(details, 'repository') ?? 'the session’s repository'}.`,
    safe: nothingDone,
  }),
  'no-commit': (details, operation) => ({
    title: 'The repository has no commit yet.',
    detail: operation === 'save' ? 'An empty first commit is enough to begin with; your files stay as they are, and are saved next.'
      : textFact(details, 'worktree') === undefined ? 'Resume in a clone of the session’s repository instead.' : 'There is nothing that another worktree could begin with: resume in this folder itself.',
    safe: nothingDone,
  }),
  'no-remote': (_, operation) => operation === 'save'
    ? { title: 'The repository has no remote.', detail: 'No other device sees the session until there is one.', safe: 'The session is saved on this device.' }
    : { title: 'The repository has no remote.', detail: 'Only sessions that were saved on this device can be found.' },
  'remote-unreachable': (details, operation) => ({
    title: `${remoteFact(details)} cannot be reached.`,
    ...(operation === 'save'
      ? { detail: 'The session will be sent when there is a connection.', safe: 'Until then it is safe on this device.' }
      : { detail: 'Sessions that are already here can be resumed; there may be newer ones.' }),
    ...gitsWords(details),
  }),
  'credentials-refused': (details, operation) => ({
    title: `${remoteFact(details)} did not accept your credentials.`,
    ...(operation === 'save'
      ? { detail: 'The session will be sent once you have signed in, for example with “git fetch” in a terminal.', safe: 'Until then it is safe on this device.' }
      : { detail: 'Sign in, for example with “git fetch” in a terminal, to see newer sessions.' }),
    ...gitsWords(details),
  }),
  'detached-head': (details, operation) => operation === 'save'
    ? { title: `You are on no branch (HEAD is detached${saidAfter(' at ', commitFact(details, 'commit'))}).`, detail: 'Commits made here are easily lost from sight; a branch keeps them.', safe: nothingDone }
    : { title: `You are on no branch (HEAD is detached${saidAfter(' at ', commitFact(details, 'here'))}); the session is on ${textFact(details, 'branch') ?? 'none either'}.`, ...taken(details), safe: nothingDone },
  'operation-in-progress': (details) => ({
    title: `A ${textFact(details, 'operation') ?? 'git operation'} is in progress${saidAfter(', with conflicts in ', files(details))}.`,
    detail: 'Finish or abort it with git, then try again.',
    safe: nothingDone,
  }),
  'unresolved-conflicts': (details) => ({
    title: `There are unresolved conflicts${saidAfter(' in ', files(details))}.`,
    detail: 'Resolve them, then try again.',
    safe: nothingDone,
  }),
  'no-upstream': (details) => ({
    title: `${branchOf(details)} has no upstream yet.`,
  }),
  behind: (details, operation) => ({
    title: `${branchOf(details)} is ${count(numberFact(details, 'behind') ?? 0, 'commit')} behind ${otherSide(details, operation)}.`,
    detail: operation === 'save' ? 'You have no commits to send, so nothing is in the way.' : 'It can simply be moved forward.',
  }),
  diverged: (details, operation) => ({
    title: numberFact(details, 'behind') === 0
      ? `${branchOf(details)} is ${count(numberFact(details, 'ahead') ?? 0, 'commit')} ahead of the session, whose ${count(numberFact(details, 'snapshot') ?? 0, 'uncommitted file')} ${numberFact(details, 'snapshot') === 1 ? 'belongs' : 'belong'} to the earlier one.`
      : operation === 'save' && numberFact(details, 'ahead') === 0
      ? `${branchOf(details)} is ${count(numberFact(details, 'behind') ?? 0, 'commit')} behind ${otherSide(details, operation)}, and what is about to be committed would make the two diverge.`
      : `${branchOf(details)} and ${otherSide(details, operation)} have diverged: ${count(numberFact(details, 'ahead') ?? 0, 'commit')} only here, ${count(numberFact(details, 'behind') ?? 0, 'commit')} only there.`,
    detail: operation === 'save' ? 'A push would be rejected until the two are brought together.' : 'Both sides went on, so one cannot simply follow the other.',
    safe: 'Whichever way you choose, your commits are kept.',
  }),
  'agent-missing': (details) => ({
    title: `${textFact(details, 'agentName') ?? 'The agent'} is not found on this device, so its conversation “${textFact(details, 'conversation') ?? ''}” is not resumed.`,
    detail: 'It takes conversations in through its own program. Install it, or put it on the PATH, and resume once more.',
    safe: 'The session keeps the conversation.',
  }),
  'uncommitted-changes': (details, operation, severity) => ({
    title: `There are uncommitted changes${saidAfter(' in ', files(details))}.`,
    ...(operation === 'save'
      ? { detail: textFact(details, 'as') === 'snapshot' ? 'They are kept as they are in the session; nothing is committed, here or at the remote.' : 'They are committed with the session.' }
      : severity === 'info'
        ? { detail: 'They are not in the way of the session.' }
        : { detail: 'They are in the way of the session’s code.', safe: 'They are kept, and an undo brings them back as they are.' }),
  }),
  'conversation-large': (details) => ({
    title: `The conversation is large${saidAfter(': ', sizeOf(details))}.`,
    detail: 'Its first save takes a while; the next ones send only what was added.',
  }),
  'conversation-damaged': (details, operation) => ({
    title: `The ${operation === 'save' ? '' : 'session’s '}conversation has ${count(numberFact(details, 'lines') ?? 1, 'line')} that cannot be read.`,
    ...(operation === 'save'
      ? { detail: 'It is saved byte for byte as it is.', ...(numberFact(details, 'sessions') === 0 ? {} : { safe: 'What was saved of it before can still be resumed.' }) }
      : { detail: 'No earlier session of it is whole.', ...lastGood(details) }),
  }),
  'conversation-shorter': (details, operation) => operation === 'save'
    ? {
      title: `The conversation has ${count(numberFact(details, 'messages') ?? 0, 'message')} here, and ${numberFact(details, 'saved') ?? 'more'} in a session that you saved here before.`,
      detail: 'It is saved as it is now. Pin that session if it is to stay however old it becomes.',
      safe: 'What was saved of it before can still be resumed.',
    }
    : {
      title: `The conversation has ${count(numberFact(details, 'messages') ?? 0, 'message')} in this session, and ${numberFact(details, 'saved') ?? 'more'} in an earlier one of the same device.`,
      ...lastGood(details),
    },
  'tracked-secrets': (details) => ({
    title: `Part of the session, though named like secrets: ${files(details) ?? 'files that git tracks'}.`,
    detail: 'Your commits hold them already, so what changed in them goes along.',
  }),
  'secrets-found': (details, _, severity) => ({
    title: `The conversation holds ${secretsFound(details)}.`,
    ...secretPlaces(details),
    safe: severity === 'info' ? 'Your own copy of the conversation stays as it is.' : 'Nothing has left this device. Your own copy of the conversation stays as it is either way.',
  }),
  'handoff-without-model': (details) => describeWithoutModel(details),
  'handoff-template': (details) => describeBadTemplate(details),
  'left-out': (details, operation) => {
    const told = reasonsToLeaveOut.filter(([name]) => listFact(details, name).length > 0);
    return {
      title: told.length === 0 ? 'Some files are not in the session.' : `Not in the session: ${names(told.flatMap(([name]) => listFact(details, name)))}.`,
      ...(operation === 'resume' ? { detail: 'They stayed on the device that saved.' } : {
        ...(told.length === 0 ? {} : { detail: told.map(([, sentence]) => sentence).join(' ') }),
        safe: 'On this device they stay as they are.',
      }),
    };
  },
  'other-branch': (details) => ({
    title: `The session is on ${textFact(details, 'branch') ?? 'no branch'}; you are on ${textFact(details, 'here') ?? 'another one'}.`,
    detail: 'On another branch the conversation speaks of code that is not there.',
    ...taken(details),
    safe: nothingDone,
  }),
  'snapshot-stays': (details) => ({
    title: `Not brought here: ${count(numberFact(details, 'count') ?? 0, 'uncommitted file')} of the session.`,
    detail: `What belongs to its commit${saidAfter(' on ', textFact(details, 'branch'))} stays in the session while the code here stays as it is.`,
    safe: 'It comes along whenever you resume on that branch.',
  }),
  'commit-missing': (details) => ({
    title: `The session’s commit${saidAfter(' ', commitFact(details, 'commit'))} is neither here nor at the remote.`,
    detail: textFact(details, 'source') === 'file'
      ? 'The file holds what the remote’s default branch did not have. Add the remote here, or have the session exported with its history (convosync export --with-history).'
      : 'Either it was never pushed, or its branch was rewritten since. Save once more on the device that has it.',
    safe: nothingDone,
  }),
  'other-repository': (details, _, severity) => ({
    title: `The session belongs to ${textFact(details, 'session') ?? 'another repository'}; this is ${textFact(details, 'here') ?? 'not it'}.`,
    ...(severity === 'info' ? { detail: 'The two share their history, so it can be resumed here.' } : { detail: 'Resume it in a clone of its own repository.', safe: nothingDone }),
  }),
  'companion-missing': (details, operation, severity) => operation === 'save'
    ? {
      title: `There is no repository at ${textFact(details, 'folder') ?? 'one of the folders'}, which belongs to the session.`,
      detail: severity === 'info' ? 'The session is saved without it.' : 'It was named, or went along with the last session here.',
      ...(severity === 'info' ? {} : { safe: nothingDone }),
    }
    : {
      title: `This repository belongs to the session and is not at ${textFact(details, 'folder') ?? 'its place'}.`,
      detail: severity === 'info' ? 'The session is resumed without it.' : `Clone it there${saidAfter(' (', textFact(details, 'remote'))}${textFact(details, 'remote') === undefined ? '' : ')'}, or say where it is.`,
      ...(severity === 'info' ? {} : { safe: nothingDone }),
    },
};

const labels: Record<Remedy, string> = {
  initialise: 'Initialise Repository',
  clone: 'Clone Session’s Repository',
  'add-remote': 'Add Remote',
  'create-branch': 'Create Branch Here',
  'open-files': 'Open Files',
  'pull-merge': 'Pull & Merge',
  'pull-rebase': 'Pull & Rebase',
  'new-branch': 'Use Session’s State on a New Branch',
  'discard-local': 'Discard Local Commits',
  exact: 'Check Out the Exact Commit',
  switch: 'Switch Branch',
  stay: 'Stay on This Branch',
  worktree: 'Open in a Worktree',
  'open-other': 'Open the Right One',
  stash: 'Stash & Continue',
  commit: 'Commit & Continue',
  snapshot: 'Save as Snapshot',
  everything: 'Save These Files Too',
  'save-unpushed': 'Save Without Pushing the Branch',
  locate: 'Choose Its Folder',
  without: 'Go On Without It',
  'last-good': 'Resume the Last Good One',
  redact: 'Redact in the Saved Copy',
  'keep-secrets': 'Save Anyway',
  retry: 'Try Again',
};

const consequences: Partial<Record<Remedy, string>> = {
  'pull-merge': 'merges the remote’s commits into yours',
  'pull-rebase': 'puts your commits on top of the remote’s',
  'new-branch': 'leaves your branch as it is',
  'discard-local': 'kept for undo',
  exact: 'on no branch',
  switch: 'recommended',
  stay: 'the conversation may not fit the code',
  worktree: 'beside this one, which stays as it is',
  stash: 'puts your changes aside, in git’s stash',
  commit: 'commits your changes first',
  snapshot: 'commits nothing; your files travel inside the session as they are',
  'save-unpushed': 'your commits travel inside the session',
  without: 'everything else of the session comes along',
  redact: 'says “redacted” in their place; remembered',
  'keep-secrets': 'stores them as they stand; remembered',
  'last-good': 'an earlier state of the conversation, with its code',
};

const ownHands: ReadonlySet<Remedy> = new Set<Remedy>(['initialise', 'clone', 'add-remote', 'open-files', 'open-other', 'locate', 'retry']);

/** Git has a branch in one working tree at a time. */
function taken(details: Details): { detail?: string } {
  const [folder] = listFact(details, 'folders');
  return folder === undefined ? {} : { detail: `That branch is checked out in ${folder}, and git has a branch in one worktree at a time: open that folder, or take the session’s code here on no branch or on a new one.` };
}

export function explainFinding({ code, details, severity, repository, conversation }: Finding, operation: PreflightOperation): FindingExplanation {
  const explanation = explanations[code](details, operation, severity);
  const [of] = [...(repository === undefined ? [] : [`In ${repository}`]), ...(conversation === undefined ? [] : [`“${conversation}”`])];
  return of === undefined ? explanation : { ...explanation, title: `${of}: ${explanation.title}` };
}

/** The remedy as a button, in Title Case. */
export function remedyLabel(remedy: Remedy): string {
  return labels[remedy];
}

/** What follows from a remedy, in a few lower-case words; undefined where the label says it all. */
export function remedyConsequence(remedy: Remedy): string | undefined {
  return consequences[remedy];
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

const reasonsToLeaveOut: readonly (readonly [name: string, sentence: string])[] = [
  ['secrets', 'Files with names of secrets leave this device only if you want them to.'],
  ['large', 'Very large files leave this device only if you want them to.'],
  ['nestedRepositories', 'A repository inside this one is saved for itself.'],
  ['insideSubmodules', 'Changes inside a submodule are saved in its own repository.'],
  ['emptyFolders', 'Git knows no empty folders.'],
  ['unreadableNames', 'Some names are not in UTF-8.'],
  ['ignored', 'Git ignores what the conversation wrote there.'],
  ['lfs', 'Git LFS sends contents only when the branch is pushed.'],
];

function branchOf(details: Details): string {
  const branch = textFact(details, 'branch');
  return branch === undefined ? 'The branch' : `Branch ${branch}`;
}

function otherSide(details: Details, operation: PreflightOperation): string {
  return operation === 'save' ? `the one at ${remoteFact(details, 'the remote')}` : 'the session';
}

function lastGood(details: Details): { detail?: string } {
  const message = textFact(details, 'message');
  return message === undefined ? {} : { detail: `The last good one is “${message}”, with ${count(numberFact(details, 'saved') ?? 0, 'message')}.` };
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
