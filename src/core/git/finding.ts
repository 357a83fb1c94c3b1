/** Preflight: what is the matter with a repository before a save or a resume, each with its ways out. */

export type FindingCode =
  | 'not-a-repository'
  | 'no-commit'
  | 'no-remote'
  | 'remote-unreachable'
  | 'credentials-refused'
  | 'detached-head'
  | 'operation-in-progress'
  | 'unresolved-conflicts'
  | 'no-upstream'
  | 'behind'
  | 'diverged'
  | 'uncommitted-changes'
  | 'conversation-large'
  | 'conversation-damaged'
  | 'conversation-shorter'
  | 'left-out'
  | 'handoff-without-model'
  | 'handoff-template'
  | 'tracked-secrets'
  | 'secrets-found'
  | 'other-branch'
  | 'snapshot-stays'
  | 'commit-missing'
  | 'other-repository'
  | 'companion-missing'
  | 'agent-missing';

/**
 * `info` is shown; `question` stops until a remedy is chosen (`--force` takes the first one); `refusal` stops, whatever
 * is chosen, until the repository has changed.
 */
export type Severity = 'info' | 'question' | 'refusal';

export type Remedy =
  | 'initialise'
  | 'clone'
  | 'open-folder'
  | 'add-remote'
  | 'create-branch'
  | 'open-files'
  | 'pull-merge'
  | 'pull-rebase'
  | 'new-branch'
  | 'discard-local'
  | 'exact'
  | 'switch'
  | 'stay'
  | 'worktree'
  | 'open-other'
  | 'stash'
  | 'commit'
  | 'snapshot'
  | 'everything'
  | 'save-unpushed'
  | 'locate'
  | 'without'
  | 'last-good'
  | 'redact'
  | 'keep-secrets'
  | 'retry';

export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** Name of the repository, where it is not the session's own. */
  repository?: string;
  /** Title of the conversation, where several are saved. */
  conversation?: string;
  /** Facts for the sentence: branch names, counts, files. */
  details: Readonly<Record<string, string | number | readonly string[]>>;
  /** The recommended one first. `cancel` is always possible and never listed. */
  remedies: readonly Remedy[];
  /** Its one remedy is the answer that was given. */
  answered?: true;
}
