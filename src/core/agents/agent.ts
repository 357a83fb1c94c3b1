/**
 * The contract of an agent: where its conversations lie, what they say, and where one belongs on this machine.
 * An agent only locates, reads, and says what has to be otherwise here. Comparing, protecting and writing is the same for all
 * of them and lies in `operations/resume`; so an agent can never overwrite anything.
 *
 * Formats are other people's and change weekly: an unknown record is kept, a bad line is counted, and one broken
 * file never hides the others.
 */
import type { Adaptation } from '../session/adaptation.ts';
import type { Transcript, TranscriptIssue, TranscriptPart } from '../session/message.ts';

export interface Workspace {
  /** Top folder of the repository's working tree (or the opened folder), absolute, as the user sees it. */
  folder: string;
}

/** What an agent may know of the machine. Never fetched by the agent itself. */
export interface AgentEnvironment {
  userHome: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** Inside VS Code, the folder in which it keeps something for each workspace (`workspaceStorage`). */
  editorStorage?: string;
}

export interface FoundConversation {
  agent: string;
  /** The agent's own id; unique within the agent on this machine. */
  id: string;
  /** Absolute path of the main transcript. */
  transcript: string;
  /** Where the agent ran, relative to the workspace folder, with `/`; empty for the folder itself. */
  folder: string;
  title?: string;
  /** Milliseconds since the epoch of the last change. */
  modified: number;
  size: number;
  /** A live process has it open right now. */
  running: boolean;
}

export interface FindResult {
  /** Newest first. */
  conversations: FoundConversation[];
  /** Folders or files that could not be read: said aloud, so that an empty list is never a failed read. */
  problems: TranscriptIssue[];
}

export interface ConversationFile {
  /** The logical name stored in the session (see `StoredFile.path`). */
  path: string;
  absolute: string;
  /** Bytes to capture: up to the last complete record of a transcript that is being written, else the whole file. */
  size: number;
}

export interface Joined {
  /** What `here` has not yet, as it follows `here`; empty when there is nothing. */
  added: Uint8Array;
  /** All of `here` is in the other one, which may take its place. */
  contained: boolean;
}

export interface ResumeCommand {
  /** Program and arguments, unquoted. */
  argv: string[];
  /** Absolute folder to run it in. */
  folder: string;
}

export interface AskCommand {
  /** Program and arguments, unquoted. */
  argv: string[];
  /** Beside what the program's environment says anyway. */
  env?: Readonly<Record<string, string>>;
  /** What the program answered, of all that it printed; undefined where that is no answer. */
  answerIn(stdout: string): string | undefined;
}

/** Where a stored conversation is about to be installed. */
export interface Installation {
  /** The id that it gets here: its own, or a `forkId()`. */
  id: string;
  /** Where the agent is to run, relative to the workspace folder. */
  folder: string;
  workspace: Workspace;
}

/** A file that is no part of the conversation, without which the agent would not find it. */
export interface Signpost {
  absolute: string;
  content: string;
}

/**
 * A store that is a database. The files of a conversation are made from its records, and stand in a folder of ConvoSync's own
 * at the places that `Agent.place` gives; what is installed there goes into the store by `deliver`.
 */
export interface RecordStore {
  /** Why nothing can be delivered on this machine; undefined where it can. */
  obstacle(): Promise<'program-missing' | undefined>;

  /**
   * Makes the files anew where the store has changed since they were made or delivered. Finding and placing do so by
   * themselves; whoever looks at files that they know from before asks for it.
   */
  refresh(id: string): Promise<void>;

  /**
   * Makes the store hold what the files say, and nothing of the conversation where there are none: after files were written,
   * and again after they were put back or removed. Can be repeated, also where it did not come to its end.
   *
   * @throws ConvoSyncError `install-failed`; by `details.reason`, `program-missing`, or `program-failed`: it took not all of it
   */
  deliver(id: string, signal?: AbortSignal): Promise<void>;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  /**
   * `bytes`: what comes home is byte-equal. `records`: the store is a database, reached by export and import. `shown`: the store
   * takes nothing from outside; what is saved of it can be read anywhere, and given to an agent as handoff.
   */
  readonly fidelity: 'bytes' | 'records' | 'shown';
  /** Present where the fidelity is `records`. */
  readonly records?: RecordStore;

  find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult>;

  /** The main transcript first, then its sidecars. Throws `conversation-unreadable` when the transcript is gone. */
  files(conversation: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]>;

  /** Reads the exact bytes of a main transcript. Never throws for what the bytes say. */
  read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript>;

  /**
   * The same in parts of some hundred KB, for a transcript of any length; one part at least. Reading may begin where a part
   * has ended and comes to the same parts, but for what repeats a record from before, and for the title.
   */
  readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart>;

  /**
   * The absolute path where a file of conversation `id` belongs on this machine: beside its others, where it is here
   * already.
   *
   * @param folder where the agent is to run, relative to the workspace folder
   * @throws ConvoSyncError `install-failed`; by `details.reason`, the logical path or the folder would leave its place
   * (`unsafe-path`, `unsafe-folder`), or the id belongs to another workspace of this machine (`in-other-workspace`):
   * then it can be installed under a `forkId()`
   */
  place(id: string, path: string, folder: string, workspace: Workspace): Promise<string>;

  /**
   * What has to stand otherwise in a stored file so that the agent finds and continues it here: structured fields alone,
   * such as the folder it names, and never what anybody said. Absent where it takes every file as it is stored.
   *
   * @param path the file's logical name
   * @param stored read to its end
   * @returns in the order of the file; nothing for what cannot be read
   */
  adapt?(path: string, stored: AsyncIterable<Uint8Array>, to: Installation): Promise<Adaptation[]>;

  /** Files that have to be there besides; one that is there already stays as it is. Absent where none has to. */
  signposts?(to: Installation): Promise<Signpost[]>;

  /**
   * How two continuations of one conversation go together in one transcript that the agent reads with both; `here` comes
   * first and stays as it is. Absent where the agent is not known to read that.
   *
   * @param here what the transcript of this machine has after the common beginning, in whole lines
   * @param there what the other one has after it
   * @returns undefined where it is not proven that they go together: the second is then put beside, under a `forkId()`
   */
  join?(here: Uint8Array, there: Uint8Array): Promise<Joined | undefined>;

  /**
   * Whether the main transcript goes on from this file of its conversation, so that the agent would continue something that was
   * never said where the file says otherwise here. Absent where it never does.
   *
   * @param path the file's logical name
   */
  goesOnFrom?(path: string): Promise<boolean>;

  /** An id under which a second continuation of a conversation can live beside the first. */
  forkId(): string;

  /** True while a live process has the conversation open: its files must not change under it. */
  isRunning(id: string): Promise<boolean>;

  /** Whether the agent will see the conversation on this machine; when not, a code for why, such as `missing`. */
  verify(id: string, folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }>;

  /**
   * How the agent's program answers one question without a screen: given on standard input, with no tool at hand, and
   * leaving no conversation behind. Absent, or undefined, where it cannot.
   */
  askCommand?(): Promise<AskCommand | undefined>;

  resumeCommand(id: string, folder: string, workspace: Workspace): ResumeCommand;
}
