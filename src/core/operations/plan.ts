/**
 * A plan is data: what a save or a resume will do, step by step. The confirmation, `--dry-run`, the progress and the
 * report are all made of it, and the run executes exactly these steps.
 */
import type { Finding, FindingCode, Remedy } from '../git/finding.ts';
import type { Change } from '../git/status.ts';
import type { SecretDecision } from '../secrets/decisions.ts';
import type { SessionContext } from '../session/context.ts';
import type { RepositoryIdentity } from '../session/session.ts';
import type { SavedSession } from '../vault/state.ts';

/** Remedies chosen beforehand or in answer to a finding. */
export type Choices = Partial<Record<FindingCode, Remedy>>;

export interface SaveRequest {
  /** Its first line is that of the commit and the session's title, the rest their body; a default is made of the conversation's title. */
  message?: string;
  /** Save on this branch: created here when it does not exist, refused when it is another existing one. */
  branch?: string;
  /**
   * True keeps changes as a snapshot instead of committing them: files, index and branch stay as they are, here and at the
   * remote. False commits them. As remembered for the repository without it.
   */
  snapshot?: boolean;
  /**
   * No person asked for it, or sees it: changes are kept as a snapshot and the branch stays where it is at the remote, whatever is remembered; nothing is
   * written in the repository, and no undo of it is kept. It takes the place of the automatic saves before it (see `save/supersede`).
   */
  automatic?: boolean;
  /** The answer that `snapshot` is holds for this repository from then on. */
  remember?: boolean;
  /** False keeps the branch where it is at the remote; the commits then travel inside the session. */
  push?: boolean;
  /** Ids, or unambiguous prefixes, of the conversations to save; the one active last without it. `none` saves code alone. */
  conversations?: 'none' | 'all' | readonly string[];
  agent?: string;
  choices?: Choices;
  /** Take the recommended remedy of every question. */
  force?: boolean;
  /** The handoff as edited by a person; made from the transcript without it. */
  handoff?: string;
  /** Who writes the handoff; the transcript alone without it, which costs nothing. */
  handoffBy?: HandoffBy;
  /** Folders of the other repositories that belong to the session, absolute; those of the last save or resume here without it. */
  with?: readonly string[];
  /** What is open around the work, as the shell sees it; where in the repository the command works is known. */
  context?: Omit<SessionContext, 'folder'>;
  /** `join <id>` or `new`, for a remote that holds vaults of which none is known to be this person's. */
  vault?: VaultChoice;
}

/** Who can read what is saved: the owner's devices alone, whoever can read the storage, or not decided yet. */
export type Sealing = 'sealed' | 'readable' | 'not-chosen';

/** Who can read what is saved. */
export interface Privacy {
  sealing: Sealing;
  /** A sealed vault that was sealed later: what was saved until then is as readable as it was, where it still lies so. */
  wasReadable?: true;
  /** How many of its sessions, of all repositories, are not stored once more since; absent for none. */
  readableSessions?: number;
}

export type VaultChoice = { join: string } | 'new';

/** How uncommitted changes are saved. */
export type ChangesAs = 'commit' | 'snapshot';

/** Who writes a handoff: nobody but what was said, the agent's own program, or the editor's language model, else the agent. */
export type HandoffBy = 'transcript' | 'agent' | 'model';

/** How handoffs are kept in the repository: not at all, one file a device, or the plugin's single file. */
export type HandoffFile = 'none' | 'device' | 'plugin';

export type SaveStep =
  | { kind: 'create-branch'; branch: string }
  | { kind: 'pull'; how: 'merge' | 'rebase'; remote: string; branch: string }
  /** In the plugin's single file it puts back what a merge has lost of these devices' handoffs, too. */
  | { kind: 'write-handoff'; path: string; restores?: string[] }
  /** Of all changes but those held back (see `git/heldBack`), with `everything` of these too. */
  | { kind: 'commit'; message: string; files: number; everything?: true }
  /** The working tree as it is, with `everything` also what is left out otherwise (see `git/leftOut`). */
  | { kind: 'snapshot'; files: number; everything: boolean }
  | { kind: 'capture'; agent: string; conversation: string; title?: string; messages: number; issues: number; running: boolean; secrets?: DecidedSecrets }
  | { kind: 'bundle'; commits: number }
  /** As it will be stored. */
  | { kind: 'context'; context: SessionContext; secrets?: DecidedSecrets }
  | CompanionStep
  /** Branch and session become visible in one push; hooks of the user's run. */
  | { kind: 'push'; remote: string; branch: string; commits: number; setUpstream: boolean; place: string }
  /** The session alone becomes visible; no branch moves, so no hooks run. */
  | { kind: 'publish'; place: string }
  /** No remote: the session stays on this device. */
  | { kind: 'keep' };

/** What was decided about things that look like secrets, by their fingerprints; remembered once the save runs. */
export interface DecidedSecrets {
  decision: SecretDecision;
  fingerprints: string[];
}

/** Another repository of the session's, as it is: nothing of it is committed or pushed. */
export interface CompanionStep {
  kind: 'companion';
  name: string;
  /** Its top, absolute. */
  folder: string;
  branch?: string;
  commit: string;
  /** The newest commit of its remote's default branch that is here: what leads to it is not stored. */
  base?: string;
  /** How many commits are stored. */
  commits: number;
  /** How many uncommitted files, with `everything` also those that are left out otherwise. */
  files: number;
  everything: boolean;
  /** What lay in the working tree when it was planned; a run on anything else is refused. */
  changes: Change[];
}

export interface ConversationPreview {
  agent: string;
  /** The agent's name for people. */
  agentName: string;
  id: string;
  title?: string;
  /** ISO 8601 in UTC. */
  modified: string;
  running: boolean;
  chosen: boolean;
}

export interface SavePlan extends Privacy {
  session: string;
  folder: string;
  repository: RepositoryIdentity;
  /** What the steps were planned on; a run on anything else is refused. */
  head: { branch?: string; commit: string };
  message: string;
  /** What the person wrote below the first line of the message. */
  body?: string;
  findings: Finding[];
  /** Findings that still stop it. Empty means that it can run. */
  blockers: Finding[];
  steps: SaveStep[];
  changes: Change[];
  /** Nobody has said yet how changes are saved in this repository: planned is a commit. Absent where there are none. */
  undecided?: { recommended: ChangesAs };
  /** No person asked for it. */
  automatic?: true;
  /** It keeps what an undo takes away, and is no last save that could be taken back in its turn. */
  beforeUndo?: true;
  /** Remembered for the repository once it runs. */
  remembers?: ChangesAs;
  conversations: ConversationPreview[];
  /** Markdown, as it will be stored; a person may replace it before the run. */
  handoff: string;
}

/** Which conversation a handoff is made of: of those that fit the one active last. */
export type HandoffRequest = Pick<SaveRequest, 'conversations' | 'agent' | 'handoffBy'>;

export interface ResumeRequest {
  /** Id, or an unambiguous prefix; without it the latest of another device, else the latest. */
  session?: string;
  /** True updates a branch that is behind without asking, false never does. */
  pull?: boolean;
  switchBranch?: boolean;
  stayOnBranch?: boolean;
  /** Check out the very commit, detached. */
  exact?: boolean;
  /** Take the recommended remedy of every question; never without an undo point. */
  force?: boolean;
  choices?: Choices;
  /** Folders, absolute, in which the session's other repositories are looked for first. */
  with?: readonly string[];
  /** True leaves the session's other repositories as they are. */
  alone?: boolean;
  vault?: VaultChoice;
}

export type ResumeStep = CodeStep | InstallStep;

export type CodeStep =
  /** Keeps what is here for undo, ignored files that the code will replace (relative to the top) included. */
  | { kind: 'protect'; ignored?: string[] }
  | { kind: 'stash'; files: number }
  | { kind: 'commit-changes'; files: number; message: string }
  /** A new branch starts at `commit` and, with `tracks`, follows the one of its name at that remote. */
  | { kind: 'switch'; branch: string; create: boolean; commit?: string; tracks?: string }
  | { kind: 'fast-forward'; branch: string; commit: string }
  | { kind: 'pull'; how: 'merge' | 'rebase'; commit: string }
  | { kind: 'new-branch'; branch: string; commit: string }
  | { kind: 'discard-local'; branch: string; commits: number; commit: string }
  | { kind: 'detach'; commit: string }
  /** The files that were not committed, staged as they were; `commit` is the snapshot's. */
  | { kind: 'restore-snapshot'; commit: string; files: number };

export interface InstallStep {
  kind: 'install';
  agent: string;
  conversation: string;
  /** The id it gets here: another than `conversation` when it is kept beside the local one. */
  as: string;
  title?: string;
  messages: number;
  /** Of a `fork`: how many messages the two begin with, where that is known. */
  shared?: number;
  /** Of a `fork`: nothing went on twice, but its own id belongs to another folder of this machine. */
  elsewhere?: true;
  /** Of one that is `shown`: what it goes on from says something else here, so its agent would continue what was never said. */
  uprooted?: true;
  /**
   * `new`: not here yet. `longer`: what is here is its beginning. `same`: already here.
   * `adapted`: already here, and its agent needs something otherwise in it by now, such as a setting that it names.
   * `local-longer`: it is the beginning of what is here, which stays. Where both went on, `joined`: what was added elsewhere
   * follows what is here; `fork`: this one is put beside. `shown`: its agent takes nothing from outside; it can be read here.
   */
  outcome: 'shown' | 'new' | 'longer' | 'same' | 'adapted' | 'local-longer' | 'joined' | 'fork';
}

export interface ResumePlan {
  id: string;
  folder: string;
  session: SavedSession;
  findings: Finding[];
  blockers: Finding[];
  steps: ResumeStep[];
  /** The session's other repositories, which are taken along before its own. */
  companions: CompanionResume[];
  head: { branch?: string; commit?: string };
  /** What was open around the session, for the shell to open again once the resume has run. */
  context?: SessionContext;
  handoff: string;
}

/** What a resume does in another repository of the session's. */
export interface CompanionResume {
  name: string;
  /** Its top, absolute. */
  folder: string;
  steps: CodeStep[];
  head: { branch?: string; commit?: string };
}

/** What an undo does, in this order. */
export type UndoStep =
  /** Before anything is undone, what is newer is saved as a session like any other. */
  | { kind: 'keep-newer'; session: string; message: string; /** Newer ones. */ commits: number; steps: SaveStep[] }
  /** What no session will hold: commits get a branch of their own, changed files a stash; ignored files (relative to the top) and transcripts are copied aside. */
  | { kind: 'set-aside'; commits: number; changes: number; ignored: string[]; conversations: number }
  /** HEAD, index and working tree; of a save HEAD and index alone. */
  | { kind: 'restore-code'; branch?: string | undefined; /** Absent before the first one. */ commit?: string | undefined; files: boolean }
  /** Without a commit the branch was made by what is undone, and goes. */
  | { kind: 'restore-branch'; branch: string; commit?: string | undefined }
  /** `removed`: it was not here before. */
  | { kind: 'restore-conversation'; agent: string; conversation: string; title?: string; outcome: 'as-before' | 'removed' }
  | { kind: 'take-back-session' }
  /** What stays, since it cannot be taken back, or newer work builds upon it. */
  | { kind: 'leave'; what: 'pushed-commit' | 'newer-work'; commit: string };

/** Why an undo asks first. `moved`: HEAD is elsewhere by now, with nothing newer there. */
export type NewerReason = 'newer-commits' | 'moved' | 'staged-changes' | 'uncommitted-changes' | 'newer-messages';

export interface CompanionUndo {
  name: string;
  /** Its top, absolute. */
  folder: string;
  steps: UndoStep[];
}

export interface UndoPlan {
  operation: 'save' | 'resume';
  session: string;
  /** ISO time of what is undone. */
  at: string;
  folder: string;
  /** Why what is newer cannot become a session now. A plan with blockers is not run. */
  blockers: Finding[];
  steps: UndoStep[];
  /** What is brought back in the session's other repositories. */
  companions: CompanionUndo[];
  /** Something was done since, for which such a plan is only run when a person agrees. */
  newer?: NewerReason;
}
