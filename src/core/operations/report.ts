/** What happened, as facts: shells choose the words. */
import type { ResumeCommand } from '../agents/agent.ts';
import type { ConvoSyncError } from '../common/errors.ts';
import type { ChangedFile } from '../git/changedFiles.ts';
import type { LeftOut } from '../git/leftOut.ts';
import type { Change } from '../git/status.ts';
import type { Device } from '../session/device.ts';
import type { ComparedSection } from '../session/handoff/compare.ts';
import type { WhyNot } from '../session/handoff/languageModel.ts';
import type { TemplateProblem } from '../session/handoff/readTemplate.ts';
import type { Message, TranscriptIssue } from '../session/message.ts';
import type { SnippetPart } from '../session/search/snippet.ts';
import type { SessionContext } from '../session/context.ts';
import type { ContextRun, RepositoryIdentity, SessionManifest } from '../session/session.ts';
import type { Said } from '../vault/searchIndex.ts';
import type { SavedSession, TrashedSession } from '../vault/state.ts';
import type { RepositoryHandoff } from './handoffs/repositoryHandoffs.ts';
import type { FailedTries } from './queue.ts';
import type { CompanionResume, ConversationPreview, ResumeStep, SaveStep, Privacy } from './plan.ts';

export interface SaveReport extends Privacy {
  session: string;
  message: string;
  /** Exactly the steps that ran, in order. */
  steps: SaveStep[];
  commit: string;
  branch?: string;
  /** `sent`: resumable anywhere. `queued`: safe on this device, will be sent. `kept`: there is no remote to send to. */
  outcome: 'sent' | 'queued' | 'kept';
  /** Why it is queued: git's own words are in `details.stderr`. */
  problem?: ConvoSyncError;
  /** True when the branch is at the remote, read back from there. */
  branchPushed: boolean;
  /** Bytes that this session added to the vault. */
  stored: number;
  messages: number;
  issues: number;
  place?: string;
  /** Of the sealed vault that this save has made: told this once, and kept nowhere. */
  recoveryKey?: string;
  notes: Note[];
}

export interface ResumeReport {
  session: SavedSession;
  steps: ResumeStep[];
  /** What was done in the session's other repositories. */
  companions: CompanionResume[];
  verdict: Verdict;
  /** How to go on; one per conversation. */
  commands: (ResumeCommand & { agent: string; agentName: string; conversation: string })[];
  /** Absolute folder to work in. */
  folder: string;
  /** What was open around the session. */
  context?: SessionContext;
  undo: string;
  handoff: string;
  notes: Note[];
}

/** Whether what is on this machine is what the session says. */
export interface Verdict {
  inSync: boolean;
  differences: Difference[];
}

/** With the name of the repository, where it is not the session's own. */
export type Difference = { repository?: string } & DifferenceKind;

type DifferenceKind =
  | { kind: 'other-commit'; here: string; session: string; ahead?: number; behind?: number }
  | { kind: 'other-branch'; here?: string; session?: string }
  | { kind: 'working-tree-changed'; files: number }
  /** Uncommitted files of the session are not in the working tree, which has none of its own or is at another commit. */
  | { kind: 'snapshot-missing'; files: number }
  /** Both have uncommitted changes, and not the same. */
  | { kind: 'snapshot-changed'; files: number }
  /** With the files that were left out by name, as far as they are known. */
  | { kind: 'session-unclean'; files?: string[] }
  | { kind: 'conversation-missing'; agent: string; conversation: string }
  | { kind: 'conversation-longer'; agent: string; conversation: string; messages: number }
  | { kind: 'conversation-shorter'; agent: string; conversation: string }
  /** Both went on, here and in the session, under one id. */
  | { kind: 'conversation-diverged'; agent: string; conversation: string }
  /** `elsewhere`: its own id belongs to another folder of this device; else both went on. */
  | { kind: 'conversation-forked'; agent: string; conversation: string; as: string; elsewhere?: true }
  | { kind: 'agent-blind'; agent: string; conversation: string; reason: string }
  | { kind: 'commit-missing'; session: string }
  /** Another repository of the session is not where it was looked for. */
  | { kind: 'companion-missing' };

/** What was newer than what was undone and had to make room. */
export interface KeptWork {
  /** Sessions that hold it. What follows is what they do not. */
  sessions: string[];
  /** Branches made for newer commits. */
  branches: string[];
  /** Newer changes are in git's stash, on top. */
  stashed: boolean;
  /** Absolute paths of the copies of newer files. */
  files: string[];
}

export interface UndoReport {
  session: string;
  /** What was brought back. */
  restored: { code: boolean; index: boolean; conversations: number };
  /** What could not be taken back, such as a commit that others can already see. */
  remains: ('pushed-commit' | 'pushed-session')[];
  /** The session could not be taken back without a trace: it is in the trash, from where it can be restored. */
  trashed?: boolean;
  kept: KeptWork;
  /** Folders' names of the other repositories that were brought back with it. */
  companions?: string[];
  notes: Note[];
}

/** Something worth a sentence that stopped nothing. */
export type Note =
  /** An interrupted operation of an earlier run was completed or taken back first. */
  | { kind: 'recovered'; operation: 'save' | 'resume' | 'undo'; how: 'completed' | 'rolled-back'; session: string; /** Newer work that an undo had to make room for. */ kept?: KeptWork; /** Sessions that were sent with it, this one and what waited before. */ sent: number }
  /** Left by a crash, and settled by the next look that is allowed to change something. */
  | { kind: 'interrupted'; operation: 'save' | 'resume' | 'undo' }
  | { kind: 'copied-device' }
  /** The log of one device is not as it should be; what it is, and whose, are in the error. The others are not touched by it. */
  | { kind: 'distrusted'; error: ConvoSyncError }
  /** Records that were not used: those of a device that was taken out, or of a writer that no epoch of the vault lists. */
  | { kind: 'refused-records'; object: string; count: number; reason: 'ended' | 'unlisted'; device?: string }
  | { kind: 'clock-ahead'; writers: number }
  | { kind: 'generic-device-name'; name: string }
  | { kind: 'bad-lines'; agent: string; conversation: string; count: number }
  /** So many stretches of the conversation are not stored. */
  | { kind: 'redacted'; agent: string; conversation: string; count: number }
  /** Files of it that a device with Windows cannot hold. */
  | { kind: 'unportable-names'; agent: string; conversation: string; paths: string[] }
  /** Files of it that this device cannot hold: they are in the session alone. */
  | { kind: 'left-aside'; agent: string; conversation: string; paths: string[] }
  /** A merge has lost them in the plugin's single file; the next save that writes it puts them back. */
  | { kind: 'handoffs-lost'; path: string; devices: string[] }
  | { kind: 'unreadable'; agent: string; count: number }
  | { kind: 'not-saved'; what: keyof LeftOut; paths: string[] }
  | { kind: 'hooks-changed-files'; paths: string[] };

export interface Listing extends Privacy {
  sessions: SavedSession[];
  trash: TrashedSession[];
  here: Device;
  /** Id of the vault; absent while there is none. */
  vault?: string;
  place?: string;
  /** ISO time of the last look at the store that succeeded. Absent: there never was one. */
  refreshed?: string;
  /** Why the list, or what one device has in it, is not from now. */
  problem?: ConvoSyncError;
  notes: Note[];
}

export interface VaultFacts extends Listing {
  /**
   * The state of the vault at the last look: devices that show the same code see the same sessions. Absent before the first
   * look.
   */
  code?: string;
}

/** What waits on this device, and what came from others. */
export interface SyncReport {
  /** `kept`: there is no place to send to. */
  outcome: 'sent' | 'nothing-to-send' | 'kept';
  /** How many waited when it began, an interrupted save included that was completed first: they are sent now, or still wait when they are kept. */
  sessions: number;
  /** Of other devices, not seen on this one before; the newest first. */
  arrived: SavedSession[];
  notes: Note[];
}

/** What a check of the whole vault found. */
export interface CheckReport {
  sessions: number;
  /** Read and proven. */
  bytes: number;
  /** Sessions that can be resumed again: so many damaged or lost objects were stored once more, from what this device holds. */
  mended: { session: string; message: string; objects: number }[];
  /** Sessions that cannot be resumed as they are, each with the first thing that is wrong. */
  faults: { session: string; message: string; error: ConvoSyncError }[];
}

export interface Status {
  repository: RepositoryIdentity;
  folder: string;
  branch?: string;
  commit?: string;
  subject?: string;
  changes: Change[];
  ahead?: number;
  behind?: number;
  /** The conversation that a save would take, and how much of it no session holds yet. */
  conversation?: ConversationPreview & {
    /** Absolute path of its main transcript: when it changes, this status is old. */
    transcript: string;
    messages: number;
    unsaved: number;
    issues: number;
  };
  sync: 'synced' | 'unsaved' | 'queued' | 'never-saved' | 'offline' | 'distrusted' | 'resume-available';
  /** There is something here that no session holds, whatever `sync` says first. */
  unsaved: boolean;
  /** What this checkout stands on: the later of what was saved here and what was resumed. */
  current?: SavedSession;
  /** The newest session of this device here. */
  lastSaved?: SavedSession;
  /** Sessions that wait on this device to be sent. */
  queued: number;
  /** When something waits and sending it has failed: since when, and why the last time. */
  tries?: FailedTries;
  listing: Listing;
  /** The vault's state code (see `VaultFacts`). */
  code?: string;
  /** The newest session of another device that is newer than what is here. */
  resumable?: SavedSession;
  devices: { device: Device; lastSeen: string; here: boolean; /** It was taken out of the vault. */ revoked: boolean }[];
  /** Bytes that the sessions of this repository added to the vault. */
  stored: number;
  undo: { save?: string; resume?: string };
}

/** What a session is made of, its handoff among it; its conversations are not read. */
export interface DescribedSession {
  session: SavedSession;
  manifest: SessionManifest;
}

/** A session opened for looking: everything that the page shows. */
export interface OpenedSession extends DescribedSession {
  verdict: Verdict;
  conversations: { agent: string; agentName: string; id: string; messages: Message[]; issues: TranscriptIssue[] }[];
}

/** The conversation of a checkout that was active last, as it is now; nothing of it has to be saved. */
export interface ConversationHere {
  device: Device;
  /** Absent while HEAD is detached. */
  branch?: string;
  /** Both absent before the first commit. */
  commit?: string;
  subject?: string;
  conversation: OpenedSession['conversations'][number];
  title?: string;
  /** Absolute path of its main transcript: when it changes, this is old. */
  transcript: string;
  context: ContextRun[];
}

/** What sessions of this repository hold as handoffs, in the order they were asked for, else the newest first. */
export interface Handoffs {
  listing: Listing;
  /** Markdown, as it was saved; sessions without one are left out. */
  handoffs: { session: SavedSession; markdown: string }[];
  /** Of devices that save no sessions (see `handoffs/repositoryHandoffs`): those that were asked for, the newest first. */
  inRepository: RepositoryHandoff[];
  /** Those that could not be read, each with the reason. */
  unread: { session: SavedSession; error: ConvoSyncError }[];
}

/** Two sessions side by side: how the work went on from the one to the other. */
export interface ComparedSessions {
  older: DescribedSession;
  newer: DescribedSession;
  /** Of the sessions' own repository, with what their snapshots hold; undefined where a commit of theirs cannot be had. */
  code: ChangedFile[] | undefined;
  handoff: ComparedSection[];
  conversations: ComparedConversation[];
  /** Of conversations that are not compared. */
  unknownAgents: string[];
}

export interface ComparedConversation {
  agent: string;
  agentName: string;
  id: string;
  title?: string;
  heldBy: 'both' | 'older' | 'newer';
  /** How many messages both begin with. */
  common: number;
  /** What only the one or the other holds after that, in its order. */
  onlyOlder: Message[];
  onlyNewer: Message[];
}

/** A session as it was at a commit. */
export interface Replay extends DescribedSession {
  /** The full id. */
  commit: string;
  /** The commit is in the repository, so that its code can be shown. */
  isHere: boolean;
  /** What was said until then, `of` so many messages. */
  conversations: (OpenedSession['conversations'][number] & { of: number })[];
}

/** What was found in a session. */
export interface SearchHit {
  /** The oldest that holds it: there it was said. */
  session: SavedSession;
  said: Said;
  /** ISO 8601 in UTC. */
  at: string;
  /** The words around what was found, on one line. */
  snippet: SnippetPart[];
  /** Where it was said; absent for what a session says of itself. */
  conversation?: { agent: string; id: string; /** Position among its messages, from 0. */ message: number };
}

/** The newest first. */
export interface SearchAnswer {
  hits: SearchHit[];
  isMore: boolean;
  /** How many sessions were not searched, or not whole. */
  missing: number;
}

/** What can be searched, after what was new was read. */
export interface SearchReadiness {
  /** Those that could not be read, each with the reason. */
  unread: { session: SavedSession; error: ConvoSyncError }[];
  /** How many cannot be searched as a whole: those, and what another process is reading right now. */
  missing: number;
}

/** A model was to write a handoff and did not: it is made of the transcript alone. */
export interface WithoutModel {
  asked: 'agent' | 'editor';
  whyNot: WhyNot;
}

/** A template of a person's own that cannot be followed: the built-in one was. */
export interface BadTemplate extends TemplateProblem {
  /** The file, relative to the repository, or the name of the setting. */
  where: string;
}

/** A handoff of a conversation of this device that no session holds yet. */
export interface HandoffDraft {
  markdown: string;
  withoutModel?: WithoutModel;
  badTemplate?: BadTemplate;
  agent: string;
  agentName: string;
  /** Its id. */
  conversation: string;
}
