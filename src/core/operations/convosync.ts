/**
 * Everything that ConvoSync does, for a shell: the extension and the CLI call these and nothing else of core. Every
 * method listens to its signal, reports facts as it goes, and throws only `ConvoSyncError`s for what can be expected.
 */
import type { Device } from '../session/device.ts';
import type { OnProgress } from '../common/progress.ts';
import type { Credentials } from '../storage/openStore.ts';
import type { CleanReport } from '../vault/cleaning.ts';
import type { NewPassphrase } from '../vault/keySlots.ts';
import type { Secret } from '../vault/secret.ts';
import type { SavedSession } from '../vault/state.ts';
import type { NewVaultChoice } from '../vault/openVault.ts';
import type { CleanRequest } from './cleaning.ts';
import type { HooksState } from './hooks/agentHooks.ts';
import type { HandoffRequest, ResumePlan, ResumeRequest, SavePlan, SaveRequest, UndoPlan, VaultChoice } from './plan.ts';
import type { AccessRequest } from '../vault/accessRequest.ts';
import type { Asked, JoinOptions } from './joining.ts';
import type { ExportedSession, PortableRequest } from './portable/exportPortable.ts';
import type { Removal } from './removeVault.ts';
import type { Revocation, SealedVault } from './renewKeys.ts';
import type { UsedPlace } from './vaultPlaces.ts';
import type { CheckReport, ComparedSessions, ConversationHere, DescribedSession, HandoffDraft, Handoffs, Listing, OpenedSession, Replay, ResumeReport, SaveReport, SearchAnswer, SearchReadiness, Status, SyncReport, UndoReport, VaultFacts } from './report.ts';

export interface RunOptions {
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export interface SaveOptions extends RunOptions {
  /** How the vault is to be that the first save makes; without it that save is refused. */
  newVault?: NewVaultChoice | undefined;
}

export interface SyncOptions extends RunOptions {
  /** False sends the sessions without the branch that waits to go along: its commits travel inside them. */
  push?: boolean | undefined;
  vault?: VaultChoice | undefined;
}

export interface UndoOptions extends RunOptions {
  /** What is to be undone, and nothing else: the `undo` of a resume's report, or the `session` of a save's. The last one here without it. */
  expected?: string | undefined;
  vault?: VaultChoice | undefined;
}

export interface ReadOptions extends RunOptions {
  /** False answers from what is known already, without the network. */
  refresh?: boolean;
  vault?: VaultChoice | undefined;
}

export interface ReadHandoffsOptions extends ReadOptions {
  /**
   * Ids or unambiguous prefixes, or names of devices whose handoffs lie in the repository alone; or the one that another device
   * left last; all without it. An empty list reads of sessions none, and of the repository all.
   */
  sessions?: readonly string[] | 'latest';
}

export interface SearchOptions {
  signal?: AbortSignal | undefined;
  /** Whether what was first said in a session counts; all do without it. */
  among?: (session: SavedSession) => boolean;
  /** 20 unless told. */
  limit?: number;
}

/** A search in the sessions as they were when it was opened. */
export interface SessionSearch {
  readonly listing: Listing;

  /**
   * Reads what is saved and cannot be searched yet, so that it can; what was read when it is cancelled stays. While another process
   * is at it, that is left to it.
   *
   * @throws ConvoSyncError `home-unusable` where the index cannot be written, `vault-locked` where another process locks it
   */
  prepare(options?: RunOptions): Promise<SearchReadiness>;

  /**
   * Finds in what is prepared the messages, handoffs and titles in which all words occur; in double quotes a phrase. What is
   * typed may be anything.
   *
   * @throws ConvoSyncError `usage` where it holds no word
   */
  find(typed: string, options?: SearchOptions): Promise<SearchAnswer>;
}

/** Agents in which something can be set up. */
export type HookedAgent = 'claude-code' | 'codex' | 'gemini-cli';

export interface AgentHooksRequest {
  /** All that were ever used on this machine, without it. */
  agent?: HookedAgent | undefined;
  /** How ConvoSync is called in a shell. */
  program: string;
}

export interface ConvoSync {
  /** Preflight and plan; changes nothing of the user's. A plan with blockers cannot be run. */
  planSave(folder: string, request: SaveRequest, options?: RunOptions): Promise<SavePlan>;

  /**
   * Runs a plan. Resolves with `queued` when the session is safe here and could not be sent.
   *
   * @throws ConvoSyncError `preflight-refused` (blockers in `details.findings`), `busy` when the repository has changed
   * since or another process is at it, `vault-sealing-choice` where it is the first and `newVault` is missing,
   * `cancelled` with everything as it was
   */
  save(plan: SavePlan, options?: SaveOptions): Promise<SaveReport>;

  /**
   * Sends what waits on this device, and looks at what the others saved.
   *
   * @throws ConvoSyncError why it could not be sent; then it waits on
   */
  sync(folder: string, options?: SyncOptions): Promise<SyncReport>;

  /** Where something waits on this device that could not be sent: absolute folders, one for each vault. */
  foldersWaiting(): Promise<string[]>;

  planResume(folder: string, request: ResumeRequest, options?: RunOptions): Promise<ResumePlan>;
  resume(plan: ResumePlan, options?: RunOptions): Promise<ResumeReport>;

  /**
   * Writes a session into a file that is resumed without a vault (see `core/portable`). Whoever gets that can read it.
   *
   * @throws ConvoSyncError as `open`; `usage` where the file is there already, or the session is too large for one
   */
  exportPortable(folder: string, session: string, request: PortableRequest, options?: ReadOptions): Promise<ExportedSession>;

  /**
   * The plan for such a file, which `resume` runs. The file has to stay as it is until then.
   *
   * @param file absolute
   * @throws ConvoSyncError `portable-unreadable`, `portable-newer-format`; nothing is written then
   */
  planImport(folder: string, file: string, request: ResumeRequest, options?: RunOptions): Promise<ResumePlan>;

  /**
   * What undoing the last save or the last resume here would do; changes nothing. A plan with `newer` is run only once a
   * person has agreed to it.
   *
   * @throws ConvoSyncError `nothing-to-undo`, also where `expected` is undone already or no longer the last one; `conversation-running`
   */
  planUndo(folder: string, operation: UndoPlan['operation'], options?: UndoOptions): Promise<UndoPlan>;

  /** Runs a plan. @throws ConvoSyncError `preflight-refused` (blockers in `details.findings`), `busy` when something was done since */
  undo(plan: UndoPlan, options?: RunOptions): Promise<UndoReport>;

  /**
   * Makes a folder a repository that can be saved in: with an empty first commit where it has none, on the branch that git is set
   * to begin with. Files and index stay as they are.
   */
  initialise(folder: string, options?: RunOptions): Promise<void>;

  /** Adds a remote as `origin`. @throws ConvoSyncError `usage` for what is no address, `git-failed` in git's words */
  addRemote(folder: string, address: string, options?: RunOptions): Promise<void>;

  /** Clones a repository, and resolves to the absolute path. `into` is relative to `from`. */
  clone(address: string, where: { into: string; from: string }, options?: RunOptions): Promise<string>;

  /** Makes a working tree beside this one, on no branch, to resume in, or of a commit to look at; resolves to its absolute path. Its name ends with `name`. */
  addWorktree(folder: string, name: string, options?: RunOptions & { commit?: string }): Promise<string>;

  /** Takes one away again in which nothing was resumed. @throws ConvoSyncError `git-failed` where it holds changes */
  removeWorktree(folder: string): Promise<void>;

  /** Never an empty list for a failed read: see `Listing.problem` and `Listing.refreshed`. */
  list(folder: string, options?: ReadOptions): Promise<Listing>;
  status(folder: string, options?: ReadOptions): Promise<Status>;

  /** The vault, with its state as a code that two devices compare. */
  describeVault(folder: string, options?: ReadOptions): Promise<VaultFacts>;

  /** The newest session of another device that is newer than what is here; undefined for none. */
  waiting(folder: string, options?: ReadOptions): Promise<SavedSession | undefined>;

  /** The conversation here that was active last, whole, without network. @throws ConvoSyncError `conversation-not-found` where there is none */
  openHere(folder: string, options?: RunOptions): Promise<ConversationHere>;

  /** What a session is made of, and its handoff, without its conversations being read. Throws as `open`. */
  describe(folder: string, session: string, options?: ReadOptions): Promise<DescribedSession>;

  /**
   * Looks at a session, its conversations included, without changing anything.
   *
   * @throws ConvoSyncError `session-not-found`, `session-ambiguous`, or why what it is made of cannot be read
   */
  open(folder: string, session: string, options?: ReadOptions): Promise<OpenedSession>;

  /** The handoffs of sessions. One that cannot be read hides no other. @throws ConvoSyncError `session-not-found`, `session-ambiguous` */
  handoffs(folder: string, options?: ReadHandoffsOptions): Promise<Handoffs>;

  /**
   * What differs between two sessions. Commits that are not here are fetched first, or taken out of their bundles, as for a
   * resume. Throws as `open`.
   */
  compare(folder: string, older: string, newer: string, options?: ReadOptions): Promise<ComparedSessions>;

  /**
   * What was said until a commit came to be. Throws as `open`.
   *
   * @param commit what git takes for one here, or the beginning of the id of one that a session knows
   * @throws ConvoSyncError `usage` where no session tells of it
   */
  replay(folder: string, commit: string, options?: ReadOptions): Promise<Replay>;

  /** Begins a search in all that the sessions hold. Throws as `list`. */
  openSearch(folder: string, options?: ReadOptions): Promise<SessionSearch>;

  /** Makes a handoff of the conversation here, and saves nothing. @throws ConvoSyncError `conversation-not-found` */
  draftHandoff(folder: string, request: HandoffRequest, options?: RunOptions): Promise<HandoffDraft>;

  /** To the trash, on every device; with `now` past it. What it held goes from the store with a later cleaning. */
  delete(folder: string, sessions: string[], options?: RunOptions & { vault?: VaultChoice; now?: boolean }): Promise<{ sent: boolean }>;
  restore(folder: string, sessions: string[], options?: RunOptions & { vault?: VaultChoice }): Promise<{ sent: boolean }>;

  /** Retention lets a pinned session be, on every device. */
  pin(folder: string, sessions: string[], options?: RunOptions & { vault?: VaultChoice }): Promise<{ sent: boolean }>;
  unpin(folder: string, sessions: string[], options?: RunOptions & { vault?: VaultChoice }): Promise<{ sent: boolean }>;

  /**
   * Puts old versions into the trash, empties it of what has had its time, and gives the space of what no session needs back
   * at the store: condemned now, taken away in a cleaning two weeks later. Saves do so by themselves now and then.
   *
   * @throws ConvoSyncError why the vault cannot be reached, or what a session is made of cannot be read; nothing is removed then
   */
  clean(folder: string, options?: CleanRequest): Promise<CleanReport>;

  /**
   * Opens a sealed vault with its passphrase or its recovery key, and keeps its keys on this device until `lock`.
   *
   * @throws ConvoSyncError `vault-wrong-key`, `vault-not-found`
   */
  unlock(folder: string, secret: Secret, options?: RunOptions & { vault?: VaultChoice | undefined }): Promise<{ vault: string }>;

  /** Forgets the keys of the vault on this device. False where there was nothing to forget: no vault, or a readable one. */
  lock(folder: string, options?: RunOptions): Promise<boolean>;

  /**
   * Has the vault open to a new passphrase, and to no earlier one; devices on which it is unlocked stay so. Whoever kept a
   * copy of the vault from before can still open that copy with the earlier one.
   *
   * @throws ConvoSyncError `vault-wrong-key`, `usage` for a passphrase that is too short, or why the remote did not answer
   */
  changePassphrase(folder: string, secrets: { current: Secret; next: NewPassphrase }, options?: RunOptions): Promise<void>;

  /** Has the vault open to a new recovery key, which is told this once, and to no earlier one. Throws as `changePassphrase`. */
  renewRecoveryKey(folder: string, current: Secret, options?: RunOptions): Promise<string>;

  /**
   * Seals a readable vault from now on. What was sent before lies at its place as it was (see `clean`); every other device asks for the
   * passphrase once. The recovery key is told this once.
   *
   * @throws ConvoSyncError `usage`, `vault-not-found`, or why the remote did not answer
   */
  seal(folder: string, passphrase: NewPassphrase, options?: RunOptions): Promise<SealedVault>;

  /**
   * Asks the devices that are in to be let into the sealed vault here, instead of unlocking it with the passphrase. Asking
   * again shows the same request, as long as it can be answered.
   *
   * @throws ConvoSyncError `vault-not-found`, `vault-choice`, or why the remote did not answer
   */
  requestAccess(folder: string, options?: JoinOptions): Promise<Asked>;

  /** Whether this device has been let in meanwhile; from then on the vault is unlocked here. Throws as `requestAccess`. */
  join(folder: string, options?: JoinOptions): Promise<boolean>;

  /** Devices that ask to be let in, the newest first. */
  accessRequests(folder: string, options?: RunOptions): Promise<AccessRequest[]>;

  /**
   * Lets a device in. Call it only once a person has seen this code on that device's screen.
   *
   * @throws ConvoSyncError `usage` when no request has the code, or why the remote did not answer
   */
  approveAccess(folder: string, code: string, options?: RunOptions): Promise<AccessRequest>;

  /**
   * Takes a device out of a sealed vault, which gets new keys. What it has read it has; what is saved from now on it cannot
   * read, and what it saves nobody uses. Devices that saved here since they were unlocked stay in; the passphrase and the new recovery key, which is told this
   * once, open the vault to the others.
   *
   * @throws ConvoSyncError `usage`, `vault-wrong-key`, or why the remote did not answer
   */
  revoke(folder: string, revocation: Revocation, options?: RunOptions): Promise<{ device: Device; recoveryKey: string }>;

  /**
   * Reads everything that the sessions of the vault name, those in the trash included, and proves it. Objects of a git remote
   * that this device has fetched already are not fetched again.
   */
  check(folder: string, options?: RunOptions & { vault?: VaultChoice | undefined }): Promise<CheckReport>;

  /**
   * Keeps the sessions of a repository in another place from now on (see `readStoreAddress` and `normaliseGitAddress`), or
   * with `remote` at its remote again. Every device says so for itself. What is saved already stays where it is; sessions of
   * which nothing was ever sent come along.
   *
   * @param where from which folder a relative path starts is `from`
   * @throws ConvoSyncError `usage` for what is no place, or why it cannot be used; then nothing has changed
   */
  usePlace(folder: string, where: string, options: RunOptions & { credentials?: Credentials | undefined; from: string }): Promise<UsedPlace>;

  /**
   * Copies the vault to another place, checks it there, and uses that from now on, on this device; the copy at the former
   * place stays. Tell the other devices with `usePlace`.
   *
   * @throws ConvoSyncError as `usePlace`; what stopped half-way goes on when it is tried again
   */
  moveVault(folder: string, where: string, options: RunOptions & { credentials?: Credentials | undefined; from: string }): Promise<{ place: string; bytes: number; faults: CheckReport['faults'] }>;

  /** What `removeVault` would remove. @throws ConvoSyncError `vault-not-found`, or why the remote did not answer */
  planRemoval(folder: string, options?: RunOptions): Promise<Removal>;

  /**
   * Removes the vault in use here from its place, for all devices. What each device has of it, code and conversations stay.
   *
   * @param confirmed the first eight characters of its id, or more, as the person typed them
   * @throws ConvoSyncError `usage` for another id, `vault-not-found`, or why not all of it is gone: then call it again
   */
  removeVault(folder: string, confirmed: string, options?: RunOptions): Promise<Removal>;

  renameDevice(name: string): Promise<void>;

  /**
   * What is set up in agents, so that they ask for handoffs by themselves; sets it up; takes out exactly that.
   *
   * @throws ConvoSyncError `usage` where no agent was used yet, and for settings that are not as they should be: nothing is changed
   * in any agent then
   */
  showHooks(request: AgentHooksRequest): Promise<HooksState[]>;
  installHooks(request: AgentHooksRequest): Promise<HooksState[]>;
  removeHooks(request: AgentHooksRequest): Promise<HooksState[]>;
}
