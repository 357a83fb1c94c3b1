/**
 * A save: protect → commit → capture → seal → publish. Up to sealing nothing is visible to others and everything can
 * be taken back; from sealing on the session is safe on this device and only waits to be sent. The journal is written
 * before the repository is touched, so whoever comes after a crash knows which of the two it is.
 */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { commitAt } from '../../git/history.ts';
import { findHeldBack } from '../../git/heldBack.ts';
import { ignoredHere } from '../../git/ignoredFiles.ts';
import { type LeftOut, namesLeftOut } from '../../git/leftOut.ts';
import { contentsUnpushed } from '../../git/lfs.ts';
import type { Repository } from '../../git/repository.ts';
import type { Change } from '../../git/status.ts';
import { readState } from '../../git/workingTree.ts';
import { rememberDecision } from '../../secrets/decisions.ts';
import type { SessionContext } from '../../session/context.ts';
import type { SessionManifest, SessionSummary, StoredBundle, StoredCompanion, StoredConversation, StoredSnapshot } from '../../session/session.ts';
import type { Vault } from '../../vault/vault.ts';
import { cleanNowAndThen } from '../cleaning.ts';
import { rememberCompanions } from '../companions.ts';
import { type Checkout, openCheckout, privacyOf } from '../checkout.ts';
import type { RunOptions, SaveOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { leftOutNotes, leftOutOfCommit, withSubmodules } from '../leavingOut.ts';
import { checkoutKey, withVaultLocked } from '../locks.ts';
import { conversationNotes, deviceNotes, nameNotes, portabilityNotes } from '../notes.ts';
import type { Parts } from '../parts.ts';
import type { SavePlan, VaultChoice } from '../plan.ts';
import type { Note, SaveReport } from '../report.ts';
import { isAsLeft, restoreCode } from '../undo/restoreCode.ts';
import { type UndoPoint, UndoPoints } from '../undo/undoPoint.ts';
import { undoRetentionOf } from '../undo/undoRetention.ts';
import { goOnWith } from '../vaultChoice.ts';
import { noteWorkAsSaved } from '../workAsSaved.ts';
import { firstRecoveryKey } from '../vaultKeys.ts';
import { rememberChangesAs } from './changesAs.ts';
import { captureBundles, captureConversation, seal } from './capture.ts';
import { commitCode } from './commit.ts';
import { assertAsPlanned, captureCompanion, companionsIn, openCompanion } from './companions.ts';
import { publish } from './publish.ts';
import { supersededBy } from './supersede.ts';

/** What planning has looked up; empty when it was another process that planned. */
export interface PreparedSave {
  checkout?: Checkout | undefined;
  choice?: VaultChoice | undefined;
}

/** A save on its way, from the moment it is in the journal. */
export interface RunningSave {
  checkout: Checkout & { vault: Vault };
  plan: SavePlan;
  journal: Journal;
  points: UndoPoints;
  point: UndoPoint;
}

/** Runs a plan under the checkout's lock, which the caller holds. */
export async function runSave(parts: Parts, plan: SavePlan, { checkout: prepared, choice }: PreparedSave, options: SaveOptions): Promise<SaveReport> {
  const { signal, onProgress } = options;
  const opened = prepared?.vault ? prepared : await openCheckout(parts, plan.folder, { refresh: prepared?.problem === undefined, found: options.newVault, choice, signal });
  const { repository, vault } = opened;
  if (!vault) {
    const problem = prepared?.problem ?? opened.problem;
    if (!problem && options.newVault === undefined) {
      throw new ConvoSyncError('vault-sealing-choice', 'The first save has to be told whether its vault is to be sealed.');
    }
    throw new ConvoSyncError('remote-unreachable', 'The first save of a repository needs its remote, which does not answer.', { cause: problem, details: problem?.details ?? {} });
  }
  await assertUnchanged(parts, repository, plan, signal);
  await goOnWith(parts, opened, vault.id, signal);
  if (plan.remembers !== undefined) {
    await rememberChangesAs(parts, repository, plan.remembers, signal);
  }
  for (const step of plan.steps) {
    if ((step.kind === 'capture' || step.kind === 'context') && step.secrets) {
      await rememberDecision(parts.home, step.secrets.fingerprints, step.secrets.decision, signal);
    }
  }
  const journal = new Journal(parts.home, checkoutKey(repository));
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  onProgress?.({ phase: 'protect' });
  const point = await points.begin(repository, undoDraft(parts, plan));
  onProgress?.({ phase: 'protect' });
  await journal.write({ v: 1, operation: 'save', session: plan.session, plan });
  return finishSave(parts, { checkout: { ...opened, repository: journal.watch(repository), vault }, plan, journal, points, point }, options);
}

/** Does what is left of a save; also of one that a crash interrupted. */
export async function finishSave(parts: Parts, running: RunningSave, options: RunOptions): Promise<SaveReport> {
  const { checkout, plan, points } = running;
  return withVaultLocked(parts, checkout.vault, { purpose: 'saving', signal: options.signal }, async () => {
    let { point } = running;
    let sealed: Sealed;
    try {
      point = await commitCode(parts, checkout, plan, points, point, options);
      sealed = await captureAndSeal(parts, checkout, plan, point, options);
    } catch (error) {
      await giveUp({ ...running, repository: checkout.repository, point: (await points.read(point.id)) ?? point });
      throw error;
    }
    const report = await settleSave(parts, { ...running, point }, sealed, options);
    if (report.outcome === 'sent') {
      await cleanNowAndThen(parts, checkout, checkout.vault, options.signal);
    }
    return report;
  });
}

/** What follows once the session is sealed, under the vault's lock. */
export async function settleSave(parts: Parts, running: RunningSave, { summary, conversations, notes, asSaved }: Sealed, options: RunOptions): Promise<SaveReport> {
  const { checkout, plan, journal, points, point } = running;
  const { vault, repository } = checkout;
  const publishing = await publish(parts, checkout, plan, options);
  const after = { commit: summary.commit, ...(summary.branch === undefined ? {} : { branch: summary.branch }) };
  options.onProgress?.({ phase: 'verify' });
  const isUndoable = !plan.automatic && !plan.beforeUndo;
  if (isUndoable) {
    await points.update({ ...point, after });
  }
  await points.tidy(undoRetentionOf(parts.machine), parts.machine.now());
  await rememberCompanions(parts.home, repository, companionsIn(plan).map(({ folder }) => folder));
  if (asSaved) {
    await noteWorkAsSaved(parts.home, repository, plan.session, asSaved, options.signal);
  }
  const recoveryKey = await firstRecoveryKey(parts, vault, options.signal);
  options.onProgress?.({ phase: 'verify' });
  await journal.clear();
  if (!isUndoable) {
    await points.remove(point.id);
  }
  return {
    session: plan.session,
    message: plan.message,
    steps: plan.steps.filter(({ kind }) => publishing.outcome !== 'queued' || (kind !== 'push' && kind !== 'publish')),
    ...after,
    ...publishing,
    stored: summary.stored,
    messages: summary.conversations.reduce((sum, { messages }) => sum + messages, 0),
    issues: summary.conversations.reduce((sum, { issues }) => sum + issues, 0),
    ...(vault.place === undefined ? {} : { place: vault.place }),
    ...privacyOf(vault),
    ...(recoveryKey === undefined ? {} : { recoveryKey }),
    notes: [...conversationNotes(conversations), ...portabilityNotes(conversations), ...deviceNotes(vault), ...nameNotes(parts), ...notes],
  };
}

interface Sealed {
  summary: SessionSummary;
  conversations: StoredConversation[];
  /** Of what the working tree holds and the session does not. */
  notes: Note[];
  /** The uncommitted work, where there is nothing in it to save any more. */
  asSaved?: Change[];
}

/** Where HEAD is once the save has made its commit. */
interface SavedHead {
  commit: string;
  branch?: string;
}

async function captureAndSeal(parts: Parts, checkout: Checkout & { vault: Vault }, plan: SavePlan, point: UndoPoint, options: RunOptions): Promise<Sealed> {
  const { signal, onProgress } = options;
  const { repository, vault } = checkout;
  const saved: SavedHead = { commit: point.brings ?? point.made ?? plan.head.commit, ...branchOf(plan) };
  const [{ conversations, companions, bundles, snapshot, leftOut: leftOutOfSnapshot }, { changes }, { subject }] = await Promise.all([
    capture(parts, checkout, plan, saved, options),
    readState(repository, signal),
    commitAt(repository, saved.commit, signal),
  ]);
  const leftOut = leftOutOfSnapshot ? withSubmodules(leftOutOfSnapshot, changes) : (await leftOutOfCommit(repository, changes, await findHeldBack(repository, changes, parts.leaveOut, signal), signal));
  const lacks = namesLeftOut(leftOut);
  const ignored = await ignoredHere(repository, [...new Set(conversations.flatMap(({ context }) => context.flatMap(({ files }) => files)))], signal);
  // Once it is pushed, Git LFS has sent them; a session that is kept stays where they are.
  const lfs = plan.steps.some(({ kind }) => kind === 'publish') ? await contentsUnpushed(repository, snapshot ? { changes } : {}, signal) : [];
  const names = namesLeftOut({ ...leftOut, ignored, lfs });
  const push = plan.steps.find(({ kind }) => kind === 'push');
  if (!push) {
    // An earlier save's branch that could not be pushed waits no longer: this one wants it unpushed.
    await vault.dropPendingCode();
  }
  const code = {
    repository: plan.repository,
    ...saved,
    subject,
    clean: lfs.length === 0 && (snapshot ? Object.keys(lacks).length === 0 : changes.length === 0),
    ...(Object.keys(names).length === 0 ? {} : { leftOut: names }),
    pushed: push !== undefined,
    bundles,
    ...(snapshot ? { snapshot } : {}),
  };
  throwIfCancelled(signal);
  onProgress?.({ phase: 'seal' });
  const manifest: SessionManifest = {
    v: 1, session: plan.session, code, conversations, handoff: plan.handoff,
    ...(companions.length > 0 ? { companions } : {}),
    ...(plan.body === undefined ? {} : { body: plan.body }),
    ...contextOf(plan),
  };
  const summary = await seal(vault, manifest, { message: plan.message, savedAt: parts.machine.now().toISOString(), ...handoffFileIn(plan), ...(plan.automatic ? { automatic: plan.automatic } : {}) });
  for (const { outline } of supersededBy(summary, vault.state.sessions, parts.device)) {
    await vault.append({ type: 'deleted', session: outline.id });
  }
  onProgress?.({ phase: 'seal', done: 1, total: 1 });
  const left = withoutFiles(changes, Object.values<string[]>({ ...leftOut }).flat());
  const notes = [...hookNotes(plan, left), ...leftOutNotes({ ...leftOut, ignored, lfs })];
  return { summary, conversations, notes, ...(snapshot || left.length === 0 ? { asSaved: changes } : {}) };
}

function contextOf({ steps }: SavePlan): { context?: SessionContext } {
  const step = steps.find((each) => each.kind === 'context');
  return step ? { context: step.context } : {};
}

interface CapturedSession {
  conversations: StoredConversation[];
  companions: StoredCompanion[];
  bundles: StoredBundle[];
  snapshot: StoredSnapshot | undefined;
  /** What the snapshot does not hold; absent without one. */
  leftOut: LeftOut | undefined;
}

async function capture(parts: Parts, checkout: Checkout & { vault: Vault }, plan: SavePlan, head: SavedHead, options: RunOptions): Promise<CapturedSession> {
  const { signal, onProgress } = options;
  const conversations: StoredConversation[] = [];
  let bundles: StoredBundle[] = [];
  const companions: StoredCompanion[] = [];
  let snapshot: StoredSnapshot | undefined;
  let leftOut: LeftOut | undefined;
  for (const step of plan.steps) {
    throwIfCancelled(signal);
    if (step.kind === 'capture') {
      onProgress?.({ phase: 'capture' });
      conversations.push(await captureConversation(parts, checkout, { step, session: plan.session, head }, options));
    } else if (step.kind === 'companion') {
      onProgress?.({ phase: 'seal' });
      companions.push(await captureCompanion(parts, checkout, step, signal));
    } else if (step.kind === 'bundle') {
      onProgress?.({ phase: 'seal' });
      bundles = await captureBundles(parts, checkout, head, signal);
    } else if (step.kind === 'snapshot') {
      onProgress?.({ phase: 'commit' });
      const stored = await (await import('../snapshots.ts')).storeSnapshot(parts, checkout, head.commit, step.everything, signal);
      ({ snapshot, leftOut } = stored);
      onProgress?.({ phase: 'commit', done: 1, total: 1 });
    }
  }
  return { conversations, companions, bundles, snapshot, leftOut };
}

/**
 * Nothing was sealed: the save never happened, and what it did to the repository is taken back, unless someone has
 * built upon it since.
 */
export async function giveUp({ repository, journal, points, point }: Pick<RunningSave, 'journal' | 'points' | 'point'> & { repository: Repository }): Promise<void> {
  if (await isAsLeft(repository, point)) {
    await restoreCode(repository, points, point);
    await points.restoreFiles(point);
  }
  await journal.clear();
  await points.remove(point.id);
}

function undoDraft({ machine }: Parts, plan: SavePlan): Parameters<UndoPoints['begin']>[1] {
  const commit = plan.steps.find((step) => step.kind === 'commit');
  return {
    id: plan.session,
    operation: 'save',
    at: machine.now().toISOString(),
    session: plan.session,
    before: plan.head,
    branches: plan.steps.flatMap((step) => (step.kind === 'create-branch' ? [{ branch: step.branch }] : [])),
    pulls: plan.steps.some(({ kind }) => kind === 'pull'),
    ...(commit ? { commitMessage: commit.message } : {}),
  };
}

function handoffFileIn({ steps }: SavePlan): { handoffFile?: string } {
  const written = steps.find((step) => step.kind === 'write-handoff');
  return written ? { handoffFile: written.path } : {};
}

function branchOf(plan: SavePlan): { branch?: string } {
  const created = plan.steps.find((step) => step.kind === 'create-branch');
  const branch = created?.branch ?? plan.head.branch;
  return branch === undefined ? {} : { branch };
}

/** What runs is what was shown: on another HEAD or other changes a plan is not run. */
async function assertUnchanged(parts: Parts, repository: Repository, plan: SavePlan, signal?: AbortSignal): Promise<void> {
  await assertAsPlanned(repository, { ...plan.head, changes: plan.changes }, signal);
  for (const step of companionsIn(plan)) {
    await assertAsPlanned(await openCompanion(parts, step, signal), step, signal);
  }
}

/** What still differs after the commit: hooks did it. */
function hookNotes(plan: SavePlan, left: readonly Change[]): Note[] {
  const changed = plan.steps.some(({ kind }) => kind === 'commit') ? left.map(({ path: file }) => file) : [];
  return changed.length > 0 ? [{ kind: 'hooks-changed-files', paths: changed }] : [];
}

/** Without these, and without untracked folders that hold but some of them. */
function withoutFiles(changes: readonly Change[], files: readonly string[]): Change[] {
  return changes.filter(({ path: file }) => !files.includes(file) && !(file.endsWith('/') && files.some((one) => one.startsWith(file))));
}
