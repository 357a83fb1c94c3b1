/**
 * The reflog of HEAD with the branch in force at each entry. Git writes no branch into it: it is walked from the newest
 * entry, which lies on the branch of today, and changes where an entry says `checkout: moving from <old> to <new>`. The old
 * name is taken, because on leaving a detached HEAD git writes the commit there, whatever the user had typed to get
 * on it.
 */
export interface ReflogEntry {
  commit: string;
  /** ISO 8601 in UTC. */
  at: string;
  /** Git's words, such as `commit: Fix the parser`. */
  action: string;
  /** The branch in force after the action; absent for a detached HEAD. */
  branch?: string;
}

/** Fields of one entry, each ended with NUL: commit, `HEAD@{seconds since the epoch}`, action. */
export const reflogFormat = '%H%x00%gd%x00%gs';

/** Newest first, as `git log --walk-reflogs -z --date=unix` prints it in `reflogFormat`. */
export function parseReflog(output: string, currentBranch: string | undefined): ReflogEntry[] {
  const fields = output.split('\0');
  const entries: ReflogEntry[] = [];
  let branch = currentBranch;
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [commit = '', selector = '', action = ''] = fields.slice(index, index + 3);
    const seconds = Number(/@\{(\d+)\}$/.exec(selector)?.[1] ?? NaN);
    if (Number.isFinite(seconds)) {
      entries.push({ commit, at: new Date(seconds * 1000).toISOString(), action, ...(branch === undefined ? {} : { branch }) });
    }
    branch = branchBefore(action, branch);
  }
  return entries;
}

function branchBefore(action: string, branch: string | undefined): string | undefined {
  const left = /^checkout: moving from (\S+) to \S+$/.exec(action)?.[1];
  if (left !== undefined) {
    return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(left) ? undefined : left;
  }
  return /^Branch: renamed refs\/heads\/(\S+) to refs\/heads\/\S+$/.exec(action)?.[1] ?? branch;
}
