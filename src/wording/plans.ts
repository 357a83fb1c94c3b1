/** The steps of a plan as what will be done, and as what was done. Both shells show these lines. */
import type { CompanionResume, InstallStep, ResumePlan, ResumeStep, SavePlan, SaveStep, UndoPlan, UndoStep } from '../core/operations/plan.ts';
import { describeContext } from './context.ts';
import { saidAfter } from './facts.ts';
import { count, names, together } from './quantities.ts';
import { shortCommit, shortId } from './short.ts';

export type Step = SaveStep | ResumeStep | UndoStep;
type Phrase = readonly [future: string, past: string];

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
  return conversations.length === 0 ? 'No conversation was found for this folder: code alone is saved.' : undefined;
}

/** What a resume will do, in all repositories of the session. */
export function describeResume({ steps, companions }: Pick<ResumePlan, 'steps' | 'companions'>): string[] {
  return inAll(steps, companions, describeStep, (name) => `Leave ${name} as it is: it is at the session’s state`);
}

/** The same, as what was done. */
export function describeResumed({ steps, companions }: Pick<ResumePlan, 'steps' | 'companions'>): string[] {
  return inAll(steps, companions, describeDone, (name) => `Left ${name} as it is: it was at the session’s state`);
}

function inAll(steps: readonly ResumeStep[], companions: readonly CompanionResume[], describe: (step: Step) => string, leave: (name: string) => string): string[] {
  const elsewhere = companions.flatMap(({ name, steps: planned }) => {
    const moves = planned.filter((step) => step.kind !== 'protect' || step.ignored !== undefined);
    return moves.length === 0 ? [leave(name)] : moves.map((step) => `In ${name}: ${decapitalised(describe(step))}`);
  });
  // What is here is kept in all of them before anything moves.
  return [...steps.slice(0, 1).map(describe), ...elsewhere, ...steps.slice(1).map(describe)];
}

/** What an undo will do, in all repositories of the session. */
export function describeUndoPlan({ steps, companions }: Pick<UndoPlan, 'steps' | 'companions'>): string[] {
  const elsewhere = companions.flatMap(({ name, steps: planned }) => planned.map((step) => `In ${name}: ${decapitalised(describeStep(step))}`));
  const kept = steps.filter(({ kind }) => kind === 'keep-newer');
  return [...kept.map(describeStep), ...elsewhere, ...steps.slice(kept.length).map(describeStep)];
}

function phrase(step: Step): Phrase {
  switch (step.kind) {
    case 'create-branch':
      return verb('Create', 'Created', `branch ${step.branch}`);
    case 'pull':
      return 'remote' in step
        ? pulled(step.how, `${step.remote}/${step.branch}`)
        : pulled(step.how, shortCommit(step.commit));
    case 'write-handoff':
      return verb('Write', 'Wrote', `the handoff to ${step.path}${saidAfter(', and what a merge had lost there of ', step.restores && names(step.restores))}`);
    case 'commit':
      return verb('Commit', 'Committed', `${count(step.files, 'file')} as “${step.message}”`);
    case 'capture': {
      const of = `the conversation ${titled(step)} (${count(step.messages, 'message')}${step.issues > 0 ? `, ${count(step.issues, 'unreadable line')} kept as they are` : ''}${step.running ? ', still running' : ''})`;
      return verb('Save', 'Saved', of);
    }
    case 'snapshot':
      return verb('Keep', 'Kept', `${count(step.files, 'uncommitted file')} as ${step.files === 1 ? 'it is' : 'they are'} inside the session`);
    case 'companion': {
      const parts = [...(step.commits > 0 ? [count(step.commits, 'commit')] : []), ...(step.files > 0 ? [count(step.files, 'uncommitted file')] : [])];
      return verb('Keep', 'Kept', `${step.name}, ${step.branch === undefined ? `at ${shortCommit(step.commit)}` : `on ${step.branch}`}, inside the session${parts.length > 0 ? `, with ${names(parts)}` : ''}`);
    }
    case 'context':
      return verb('Save', 'Saved', `the context: ${together(describeContext(step.context))}`);
    case 'bundle':
      return verb('Keep', 'Kept', `${count(step.commits, 'commit')} inside the session`);
    case 'push': {
      const what = step.commits > 0 ? `${count(step.commits, 'commit')} to ${step.remote}/${step.branch}` : `branch ${step.branch} to ${step.remote}`;
      const pushed = `${what} together with the session`;
      return verb('Push', 'Pushed', `${pushed}${step.setUpstream ? '; the branch is tracked from then on' : ''}`, `${pushed}${step.setUpstream ? '; the branch is tracked from now on' : ''}`);
    }
    case 'publish':
      return verb('Send', 'Sent', `the session to ${step.place}; no branch moves and no hooks run`, `the session to ${step.place}`);
    case 'keep':
      return verb('Keep', 'Kept', 'the session on this device, as there is no remote');
    case 'protect':
      return step.ignored === undefined
        ? ['Keep what is here, so that it can be undone', 'Kept what was here, so that it can be undone']
        : [`Keep what is here, so that it can be undone, ${names(step.ignored)} too: ignored here, and part of the session’s code`, `Kept what was here, so that it can be undone, ${names(step.ignored)} too`];
    case 'stash':
      return verb('Stash', 'Stashed', count(step.files, 'changed file'));
    case 'commit-changes':
      return verb('Commit', 'Committed', `your changes in ${count(step.files, 'file')} as “${step.message}”`);
    case 'switch':
      return step.create
        ? verb('Create and switch to', 'Created and switched to', `branch ${step.branch}${step.commit === undefined ? '' : ` at ${shortCommit(step.commit)}`}`)
        : verb('Switch to', 'Switched to', `branch ${step.branch}`);
    case 'restore-snapshot':
      return verb('Restore', 'Restored', `${count(step.files, 'uncommitted file')}, staged as ${step.files === 1 ? 'it was' : 'they were'}`);
    case 'fast-forward':
      return verb('Move', 'Moved', `${step.branch} forward to ${shortCommit(step.commit)}`);
    case 'new-branch':
      return verb('Put', 'Put', `the session’s code on a new branch ${step.branch} at ${shortCommit(step.commit)}`);
    case 'discard-local':
      return [
        `Move ${step.branch} to ${shortCommit(step.commit)}, leaving ${count(step.commits, 'local commit')} behind (kept for undo)`,
        `Moved ${step.branch} to ${shortCommit(step.commit)}; ${count(step.commits, 'local commit')} kept for undo`,
      ];
    case 'detach':
      return verb('Check out', 'Checked out', `commit ${shortCommit(step.commit)}, on no branch`);
    case 'install':
      return installed(step);
    case 'keep-newer': {
      const among = step.commits > 0 ? `, ${count(step.commits, 'newer commit')} among it` : '';
      const steps = (describe: (one: Step) => string): string => step.steps.map((one) => decapitalised(describe(one))).join('; ');
      return [
        `First save what is newer as session ${shortId(step.session)}, “${step.message}”${among}: ${steps(describeStep)}`,
        `Saved what was newer as session ${shortId(step.session)}, “${step.message}”${among}: ${steps(describeDone)}`,
      ];
    }
    case 'set-aside':
      return verb('Put', 'Put', `aside what is newer: ${[
        ...(step.commits > 0 ? [`${count(step.commits, 'commit')} on a branch of their own`] : []),
        ...(step.changes > 0 ? [`${count(step.changes, 'changed file')} in git’s stash`] : []),
        ...(step.ignored.length > 0 ? [`copies of ${names(step.ignored)}`] : []),
        ...(step.conversations > 0 ? [`copies of ${count(step.conversations, 'conversation')}`] : []),
      ].join(', ')}`);
    case 'restore-code': {
      const place = `${step.branch ?? 'no branch'}${step.commit === undefined ? ', without a commit yet' : ` at ${shortCommit(step.commit)}`}`;
      return step.files
        ? verb('Bring', 'Brought', `the code back: ${place}, with files and what was staged as they were`)
        : verb('Take', 'Took', `the commit back: ${place}, with its files as they are and what was staged as it was`);
    }
    case 'restore-branch':
      return step.commit === undefined ? verb('Remove', 'Removed', `branch ${step.branch}, which was made by it`) : verb('Move', 'Moved', `${step.branch} back to ${shortCommit(step.commit)}`);
    case 'restore-conversation':
      return step.outcome === 'removed'
        ? verb('Take', 'Took', `the conversation ${titled(step)} away, which was not here before`)
        : verb('Bring', 'Brought', `the conversation ${titled(step)} back as it was before`);
    case 'take-back-session':
      return verb('Take', 'Took', 'the session back; what others may have seen goes to the trash, on all of your devices');
    case 'leave':
      return step.what === 'pushed-commit'
        ? verb('Leave', 'Left', `commit ${shortCommit(step.commit)} where it is: it is at the remote, where others may already have it`)
        : verb('Leave', 'Left', `commit ${shortCommit(step.commit)} where it is, because of what is newer`);
  }
}

function installed(step: InstallStep): Phrase {
  const conversation = `the conversation ${titled(step)}`;
  const size = count(step.messages, 'message');
  switch (step.outcome) {
    case 'shown':
      if (step.uprooted === true) {
        return [`Show ${conversation} (${size}): it goes on from one that went on otherwise here`, `${sentence(conversation)} (${size}) can be read with the session, and is not continued here: it goes on from one that went on otherwise here`];
      }
      return [`Show ${conversation} (${size}): its own store takes nothing from outside`, `${sentence(conversation)} (${size}) can be read with the session: its own store takes nothing from outside`];
    case 'new':
      return verb('Restore', 'Restored', `${conversation} (${size})`);
    case 'longer':
      return verb('Continue', 'Continued', `${conversation} with what was added elsewhere (${size} in all)`);
    case 'same':
      return [`Leave ${conversation} as it is: it is already here`, `${sentence(conversation)} was already here`];
    case 'adapted':
      return verb('Adapt', 'Adapted', `${conversation}, which is already here, to how its agent is set up now`);
    case 'local-longer':
      return [`Leave ${conversation} as it is: it went on here`, `${sentence(conversation)} went on here and was left as it is`];
    case 'joined':
      return verb('Add', 'Added', `what was said elsewhere to ${conversation}, since both went on: what is here comes first`);
    case 'fork':
      return step.elsewhere === true ? verb('Put', 'Put', `${conversation} here under an id of its own (${shortId(step.as)}): its own belongs to another folder of this device`) : verb('Put', 'Put', `${conversation} beside the one here, since both went on${step.shared === undefined ? '' : ` after ${count(step.shared, 'message')}`} (as ${shortId(step.as)})`);
  }
}

function pulled(how: 'merge' | 'rebase', from: string): Phrase {
  return how === 'merge' ? verb('Merge', 'Merged', `${from} into your branch`) : verb('Put', 'Put', `your commits on top of ${from}`);
}

function verb(future: string, past: string, object: string, pastObject = object): Phrase {
  return [`${future} ${object}`, `${past} ${pastObject}`];
}

function titled({ title, conversation }: { title?: string; conversation: string }): string {
  return title === undefined ? shortId(conversation) : `“${title}”`;
}

function decapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
