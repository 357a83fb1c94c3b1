import type { Progress, ProgressPhase } from '../core/common/progress.ts';

const phases: Record<ProgressPhase, string> = {
  recover: 'Completing what was interrupted',
  preflight: 'Looking at the repository',
  list: 'Looking for sessions',
  handoff: 'Having the handoff written',
  protect: 'Keeping what is here for undo',
  commit: 'Committing',
  capture: 'Reading the conversation',
  seal: 'Packing',
  publish: 'Sending',
  fetch: 'Fetching',
  index: 'Reading what was saved, to search it',
  code: 'Restoring the code',
  conversation: 'Restoring the conversation',
  verify: 'Checking what arrived',
};

/** `Sending…`, with the part done where it is known: `Sending… 40%`. */
export function describeProgress({ phase, done, total }: Progress): string {
  const part = done === undefined || total === undefined || total <= 0 ? '' : ` ${Math.min(100, Math.floor((done / total) * 100))}%`;
  return `${phases[phase]}…${part}`;
}
