/**
 * The git context of a conversation: which branch and commit were in force at each message, and which files were touched,
 * as runs of messages. The transcript's own word on the branch wins; the commit comes from the reflog of HEAD, so it is
 * known only for what happened on this machine since the reflog began.
 */
import type { Message } from '../session/message.ts';
import type { ContextRun } from '../session/session.ts';
import type { ReflogEntry } from './reflog.ts';
import { TouchedFiles } from './touchedFiles.ts';

/**
 * Every message lies in exactly one run, in order. `reflog` is newest first, as `Repository.reflog` gives it; `top` is the
 * repository's top on this machine.
 */
export function contextRuns(messages: readonly Message[], reflog: readonly ReflogEntry[], top: string): ContextRun[] {
  const history = reflog.map((entry) => ({ ...entry, time: Date.parse(entry.at) }));
  const touched = new TouchedFiles(top, messages);
  const namesBranches = messages.some((message) => branchOf(message) !== undefined);
  const runs: ContextRun[] = [];
  let time: number | undefined;
  let named: string | undefined;
  for (const message of messages) {
    // Clocks of agents run backwards at times, and the repository did not go back with them.
    time = laterOf(time, Date.parse(message.at ?? ''));
    named = branchOf(message) ?? named;
    const entry = time === undefined ? undefined : inForce(history, time, named);
    const branch = namesBranches ? named : entry?.branch;
    const context = {
      ...(branch === undefined || branch === detached ? {} : { branch }),
      ...(entry === undefined ? {} : { commit: entry.commit }),
    };
    const files = touched.by(message);
    const last = runs.at(-1);
    if (last?.branch === context.branch && last?.commit === context.commit && last !== undefined) {
      last.to = message.index;
      last.files.push(...files.filter((file) => !last.files.includes(file)));
    } else {
      runs.push({ from: message.index, to: message.index, ...context, files });
    }
  }
  return runs;
}

/** Runs of messages that directly follow those of others. */
export function continued(before: readonly ContextRun[], runs: readonly ContextRun[]): ContextRun[] {
  const last = before.at(-1);
  const [first, ...others] = runs;
  return last && first && last.branch === first.branch && last.commit === first.commit
    ? [...before.slice(0, -1), { ...last, to: first.to, files: [...new Set([...last.files, ...first.files])] }, ...others]
    : [...before, ...runs];
}

/** What agents write as the branch while HEAD is detached. */
const detached = 'HEAD';

function branchOf(message: Message): string | undefined {
  return message.branch === '' ? undefined : message.branch;
}

function laterOf(time: number | undefined, next: number): number | undefined {
  return Number.isNaN(next) ? time : Math.max(time ?? next, next);
}

/** The newest entry not after `time`, of the branch where one is named. */
function inForce<Entry extends { time: number; branch?: string }>(history: readonly Entry[], time: number, branch: string | undefined): Entry | undefined {
  return history.find((entry) => entry.time <= time && (branch === undefined || entry.branch === (branch === detached ? undefined : branch)));
}
