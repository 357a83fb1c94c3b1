/** The steps of a plan as what will be done, and as what was done. Both shells show these lines. */
import type { CompanionResume, InstallStep, ResumePlan, ResumeStep, SavePlan, SaveStep, UndoPlan, UndoStep } from '../core/operations/plan.ts';
import { language, t } from '../l10n/language.ts';
import { describeContext } from './context.ts';
import { lineSafe } from './lineSafe.ts';
import { count, names, separated, together } from './quantities.ts';
import { secretsDecided } from './secrets.ts';
import { shortCommit, shortId } from './short.ts';

export type Step = SaveStep | ResumeStep | UndoStep;
type Phrase = readonly [future: string, past: string];
type Of<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** What a step will do, as an imperative without a full stop: `Commit 3 files as “Add login [ConvoSync]”`. */
export function describeStep(step: Step): string {
  return phrase(step)[0];
}

/** What a step did: `Committed 3 files as “Add login [ConvoSync]”`. */
export function describeDone(step: Step): string {
  return phrase(step)[1];
}

/** That a save finds no conversation to take; undefined when there is one, whether it is taken or not. */
export function describeMissingConversation({ conversations }: Pick<SavePlan, 'conversations'>): string | undefined {
  return conversations.length === 0 ? t`No conversation was found for this folder: code alone is saved.` : undefined;
}

/** What a resume will do, in all repositories of the session. */
export function describeResume({ steps, companions }: Pick<ResumePlan, 'steps' | 'companions'>): string[] {
  return inAll(steps, companions, describeStep, (name) => t`Leave ${name} as it is: it is at the session’s state`);
}

/** The same, as what was done. */
export function describeResumed({ steps, companions }: Pick<ResumePlan, 'steps' | 'companions'>): string[] {
  return inAll(steps, companions, describeDone, (name) => t`Left ${name} as it is: it was at the session’s state`);
}

function inAll(steps: readonly ResumeStep[], companions: readonly CompanionResume[], describe: (step: Step) => string, leave: (name: string) => string): string[] {
  const elsewhere = companions.flatMap(({ name, steps: planned }) => {
    const moves = planned.filter((step) => step.kind !== 'protect' || step.ignored !== undefined);
    return moves.length === 0 ? [leave(name)] : moves.map((step) => t`In ${name}: ${decapitalised(describe(step))}`);
  });
  // What is here is kept in all of them before anything moves.
  return [...steps.slice(0, 1).map(describe), ...elsewhere, ...steps.slice(1).map(describe)];
}

/** What an undo will do, in all repositories of the session. */
export function describeUndoPlan({ steps, companions }: Pick<UndoPlan, 'steps' | 'companions'>): string[] {
  const elsewhere = companions.flatMap(({ name, steps: planned }) => planned.map((step) => t`In ${name}: ${decapitalised(describeStep(step))}`));
  const kept = steps.filter(({ kind }) => kind === 'keep-newer');
  return [...kept.map(describeStep), ...elsewhere, ...steps.slice(kept.length).map(describeStep)];
}

function phrase(step: Step): Phrase {
  switch (step.kind) {
    case 'create-branch':
      return [t`Create branch ${step.branch}`, t`Created branch ${step.branch}`];
    case 'pull':
      return pulled(step.how, 'remote' in step ? `${step.remote}/${step.branch}` : shortCommit(step.commit));
    case 'write-handoff':
      return step.restores && step.restores.length > 0
        ? [
            t`Write the handoff to ${step.path}, and what a merge had lost there of ${names(step.restores)}`,
            t`Wrote the handoff to ${step.path}, and what a merge had lost there of ${names(step.restores)}`,
          ]
        : [t`Write the handoff to ${step.path}`, t`Wrote the handoff to ${step.path}`];
    case 'commit':
      return [t`Commit ${count(step.files, 'file')} as “${step.message}”`, t`Committed ${count(step.files, 'file')} as “${step.message}”`];
    case 'capture': {
      const parts = separated([
        count(step.messages, 'message'),
        ...(step.issues > 0 ? [t`${count(step.issues, 'unreadable line')} kept as they are`] : []),
        ...(step.running ? [t`still running`] : []),
        ...secretsDecided(step.secrets),
      ]);
      return [t`Save the conversation ${titled(step)} (${parts})`, t`Saved the conversation ${titled(step)} (${parts})`];
    }
    case 'snapshot': {
      const files = count(step.files, 'uncommitted file');
      return step.files === 1
        ? [t`Keep ${files} as it is inside the session`, t`Kept ${files} as it is inside the session`]
        : [t`Keep ${files} as they are inside the session`, t`Kept ${files} as they are inside the session`];
    }
    case 'companion':
      return keptCompanion(step);
    case 'context': {
      const parts = separated([together(describeContext(step.context)), ...secretsDecided(step.secrets)]);
      return [t`Save the context: ${parts}`, t`Saved the context: ${parts}`];
    }
    case 'bundle':
      return [t`Keep ${count(step.commits, 'commit')} inside the session`, t`Kept ${count(step.commits, 'commit')} inside the session`];
    case 'push':
      return pushed(step);
    case 'publish':
      return [t`Send the session to ${step.place}; no branch moves and no hooks run`, t`Sent the session to ${step.place}`];
    case 'keep':
      return [t`Keep the session on this device, as there is no remote`, t`Kept the session on this device, as there is no remote`];
    case 'protect':
      return step.ignored === undefined
        ? [t`Keep what is here, so that it can be undone`, t`Kept what was here, so that it can be undone`]
        : [
            t`Keep what is here, so that it can be undone, ${names(step.ignored)} too: ignored here, and part of the session’s code`,
            t`Kept what was here, so that it can be undone, ${names(step.ignored)} too`,
          ];
    case 'stash':
      return [t`Stash ${count(step.files, 'changed file')}`, t`Stashed ${count(step.files, 'changed file')}`];
    case 'commit-changes':
      return [t`Commit your changes in ${count(step.files, 'file')} as “${step.message}”`, t`Committed your changes in ${count(step.files, 'file')} as “${step.message}”`];
    case 'switch':
      return switched(step);
    case 'restore-snapshot': {
      const files = count(step.files, 'uncommitted file');
      return step.files === 1
        ? [t`Restore ${files}, staged as it was`, t`Restored ${files}, staged as it was`]
        : [t`Restore ${files}, staged as they were`, t`Restored ${files}, staged as they were`];
    }
    case 'fast-forward':
      return [t`Move ${step.branch} forward to ${shortCommit(step.commit)}`, t`Moved ${step.branch} forward to ${shortCommit(step.commit)}`];
    case 'new-branch':
      return alike(t`Put the session’s code on a new branch ${step.branch} at ${shortCommit(step.commit)}`);
    case 'discard-local': {
      const commits = count(step.commits, 'local commit');
      return [
        t`Move ${step.branch} to ${shortCommit(step.commit)}, leaving ${commits} behind (kept for undo)`,
        t`Moved ${step.branch} to ${shortCommit(step.commit)}; ${commits} kept for undo`,
      ];
    }
    case 'detach':
      return [t`Check out commit ${shortCommit(step.commit)}, on no branch`, t`Checked out commit ${shortCommit(step.commit)}, on no branch`];
    case 'install':
      return installed(step);
    case 'keep-newer':
      return keptNewer(step);
    case 'set-aside': {
      const parts = separated([
        ...(step.commits > 0 ? [t`${count(step.commits, 'commit')} on a branch of their own`] : []),
        ...(step.changes > 0 ? [t`${count(step.changes, 'changed file')} in git’s stash`] : []),
        ...(step.ignored.length > 0 ? [t`copies of ${names(step.ignored)}`] : []),
        ...(step.conversations > 0 ? [t`copies of ${count(step.conversations, 'conversation')}`] : []),
      ]);
      return alike(t`Put aside what is newer: ${parts}`);
    }
    case 'restore-code':
      return restoredCode(step);
    case 'restore-branch':
      return step.commit === undefined
        ? [t`Remove branch ${step.branch}, which was made by it`, t`Removed branch ${step.branch}, which was made by it`]
        : [t`Move ${step.branch} back to ${shortCommit(step.commit)}`, t`Moved ${step.branch} back to ${shortCommit(step.commit)}`];
    case 'restore-conversation':
      return step.outcome === 'removed'
        ? [t`Take the conversation ${titled(step)} away, which was not here before`, t`Took the conversation ${titled(step)} away, which was not here before`]
        : [t`Bring the conversation ${titled(step)} back as it was before`, t`Brought the conversation ${titled(step)} back as it was before`];
    case 'take-back-session':
      return [
        t`Take the session back; what others may have seen goes to the trash, on all of your devices`,
        t`Took the session back; what others may have seen goes to the trash, on all of your devices`,
      ];
    case 'leave': {
      const commit = shortCommit(step.commit);
      return step.what === 'pushed-commit'
        ? [
            t`Leave commit ${commit} where it is: it is at the remote, where others may already have it`,
            t`Left commit ${commit} where it is: it is at the remote, where others may already have it`,
          ]
        : [t`Leave commit ${commit} where it is, because of what is newer`, t`Left commit ${commit} where it is, because of what is newer`];
    }
  }
}

function pulled(how: 'merge' | 'rebase', from: string): Phrase {
  return how === 'merge'
    ? [t`Merge ${from} into your branch`, t`Merged ${from} into your branch`]
    : alike(t`Put your commits on top of ${from}`);
}

function keptCompanion({ name, branch, commit, commits, files }: Of<'companion'>): Phrase {
  const repository = branch === undefined ? t`${name}, at ${shortCommit(commit)}` : t`${name}, on ${branch}`;
  const parts = [...(commits > 0 ? [count(commits, 'commit')] : []), ...(files > 0 ? [count(files, 'uncommitted file')] : [])];
  return parts.length === 0
    ? [t`Keep ${repository}, inside the session`, t`Kept ${repository}, inside the session`]
    : [t`Keep ${repository}, inside the session, with ${names(parts)}`, t`Kept ${repository}, inside the session, with ${names(parts)}`];
}

function pushed({ commits: n, remote, branch, setUpstream }: Of<'push'>): Phrase {
  const commits = count(n, 'commit');
  if (n > 0) {
    return setUpstream
      ? [
          t`Push ${commits} to ${remote}/${branch} together with the session; the branch is tracked from then on`,
          t`Pushed ${commits} to ${remote}/${branch} together with the session; the branch is tracked from now on`,
        ]
      : [t`Push ${commits} to ${remote}/${branch} together with the session`, t`Pushed ${commits} to ${remote}/${branch} together with the session`];
  }
  return setUpstream
    ? [
        t`Push branch ${branch} to ${remote} together with the session; the branch is tracked from then on`,
        t`Pushed branch ${branch} to ${remote} together with the session; the branch is tracked from now on`,
      ]
    : [t`Push branch ${branch} to ${remote} together with the session`, t`Pushed branch ${branch} to ${remote} together with the session`];
}

function switched({ create, branch, commit }: Of<'switch'>): Phrase {
  if (!create) {
    return [t`Switch to branch ${branch}`, t`Switched to branch ${branch}`];
  }
  return commit === undefined
    ? [t`Create and switch to branch ${branch}`, t`Created and switched to branch ${branch}`]
    : [t`Create and switch to branch ${branch} at ${shortCommit(commit)}`, t`Created and switched to branch ${branch} at ${shortCommit(commit)}`];
}

function keptNewer({ session, message, commits, steps }: Of<'keep-newer'>): Phrase {
  const named = t`${shortId(session)}, “${lineSafe(message)}”`;
  const kept = commits > 0 ? t`${named}, ${count(commits, 'newer commit')} among it` : named;
  const all = (describe: (one: Step) => string): string => steps.map((one) => decapitalised(describe(one))).reduce((before, one) => (before === '' ? one : t`${before}; ${one}`), '');
  return [t`First save what is newer as session ${kept}: ${all(describeStep)}`, t`Saved what was newer as session ${kept}: ${all(describeDone)}`];
}

function restoredCode({ branch, commit, files }: Of<'restore-code'>): Phrase {
  const place = codePlace(branch, commit);
  return files
    ? [t`Bring the code back: ${place}, with files and what was staged as they were`, t`Brought the code back: ${place}, with files and what was staged as they were`]
    : [t`Take the commit back: ${place}, with its files as they are and what was staged as it was`, t`Took the commit back: ${place}, with its files as they are and what was staged as it was`];
}

function codePlace(branch: string | undefined, commit: string | undefined): string {
  if (commit === undefined) {
    return branch === undefined ? t`no branch, without a commit yet` : t`${branch}, without a commit yet`;
  }
  return branch === undefined ? t`no branch at ${shortCommit(commit)}` : t`${branch} at ${shortCommit(commit)}`;
}

function installed(step: InstallStep): Phrase {
  const title = titled(step);
  const size = count(step.messages, 'message');
  switch (step.outcome) {
    case 'shown':
      return step.uprooted === true
        ? [
            t`Show the conversation ${title} (${size}): it goes on from one that went on otherwise here`,
            t`The conversation ${title} (${size}) can be read with the session, and is not continued here: it goes on from one that went on otherwise here`,
          ]
        : [
            t`Show the conversation ${title} (${size}): its own store takes nothing from outside`,
            t`The conversation ${title} (${size}) can be read with the session: its own store takes nothing from outside`,
          ];
    case 'new':
      return [t`Restore the conversation ${title} (${size})`, t`Restored the conversation ${title} (${size})`];
    case 'longer':
      return [
        t`Continue the conversation ${title} with what was added elsewhere (${size} in all)`,
        t`Continued the conversation ${title} with what was added elsewhere (${size} in all)`,
      ];
    case 'same':
      return [t`Leave the conversation ${title} as it is: it is already here`, t`The conversation ${title} was already here`];
    case 'adapted':
      return [
        t`Adapt the conversation ${title}, which is already here, to how its agent is set up now`,
        t`Adapted the conversation ${title}, which is already here, to how its agent is set up now`,
      ];
    case 'local-longer':
      return [t`Leave the conversation ${title} as it is: it went on here`, t`The conversation ${title} went on here and was left as it is`];
    case 'joined':
      return [
        t`Add what was said elsewhere to the conversation ${title}, since both went on: what is here comes first`,
        t`Added what was said elsewhere to the conversation ${title}, since both went on: what is here comes first`,
      ];
    case 'fork':
      return forked(title, step);
  }
}

function forked(title: string, { elsewhere, as, shared }: Of<'install'>): Phrase {
  const id = shortId(as);
  if (elsewhere === true) {
    return alike(t`Put the conversation ${title} here under an id of its own (${id}): its own belongs to another folder of this device`);
  }
  return alike(shared === undefined
    ? t`Put the conversation ${title} beside the one here, since both went on (as ${id})`
    : t`Put the conversation ${title} beside the one here, since both went on after ${count(shared, 'message')} (as ${id})`);
}

/** What English says of what will be as of what was; other languages find words for both. */
function alike(text: string): Phrase {
  return [text, text];
}

function titled({ title, conversation }: { title?: string; conversation: string }): string {
  return title === undefined ? shortId(conversation) : t`“${lineSafe(title)}”`;
}

/** After a colon; other languages than English keep the letter of a noun, or know none. */
function decapitalised(text: string): string {
  return language() === 'en' ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
