/** The steps of a plan as what will be done, and as what was done. Both shells show these lines. */
import type { Progress, ProgressPhase } from '../core/common/progress.ts';
import type { CompanionResume, InstallStep, ResumePlan, ResumeStep, SavePlan, SaveStep } from '../core/operations/plan.ts';
import { count, names } from './quantities.ts';
import { shortCommit, shortId } from './short.ts';

export type Step = SaveStep | ResumeStep;
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
    return moves.length === 0 ? [leave(name)] : moves.map((step) => `In ${name}: ${describe(step).replace(/^./, (letter) => letter.toLowerCase())}`);
  });
  // What is here is kept in all of them before anything moves.
  return [...steps.slice(0, 1).map(describe), ...elsewhere, ...steps.slice(1).map(describe)];
}

const phases: Record<ProgressPhase, string> = {
  recover: 'Completing what was interrupted',
  preflight: 'Looking at the repository',
  list: 'Looking for sessions',
  protect: 'Keeping what is here for undo',
  commit: 'Committing',
  capture: 'Reading the conversation',
  seal: 'Packing',
  publish: 'Sending',
  fetch: 'Fetching',
  code: 'Restoring the code',
  conversation: 'Restoring the conversation',
  verify: 'Checking what arrived',
};

/** `Sending…`, with the part done where it is known: `Sending… 40%`. */
export function describeProgress({ phase, done, total }: Progress): string {
  const part = done === undefined || total === undefined || total <= 0 ? '' : ` ${Math.min(100, Math.floor((done / total) * 100))}%`;
  return `${phases[phase]}…${part}`;
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
      return verb('Write', 'Wrote', `the handoff to ${step.path}`);
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
  }
}

function installed(step: InstallStep): Phrase {
  const conversation = `the conversation ${titled(step)}`;
  const size = count(step.messages, 'message');
  switch (step.outcome) {
    case 'new':
      return verb('Restore', 'Restored', `${conversation} (${size})`);
    case 'longer':
      return verb('Continue', 'Continued', `${conversation} with what was added elsewhere (${size} in all)`);
    case 'same':
      return [`Leave ${conversation} as it is: it is already here`, `${sentence(conversation)} was already here`];
    case 'local-longer':
      return [`Leave ${conversation} as it is: it went on here`, `${sentence(conversation)} went on here and was left as it is`];
    case 'joined':
      return verb('Add', 'Added', `what was said elsewhere to ${conversation}, since both went on: what is here comes first`);
    case 'fork':
      return verb('Put', 'Put', `${conversation} beside the one here, since both went on (as ${shortId(step.as)})`);
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

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
