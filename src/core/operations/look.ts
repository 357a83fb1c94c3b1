/** Looking without changing anything: the list of sessions, the status of a checkout, one session opened. */
import type { Agent, FoundConversation } from '../agents/agent.ts';
import { ConvoSyncError } from '../common/errors.ts';
import { commitAt } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { readState } from '../git/workingTree.ts';
import { isSilence } from '../storage/silence.ts';
import { readInstallMap } from '../vault/installMap.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import { type Checkout, findSurroundings, openCheckout, privacyOf } from './checkout.ts';
import { describePlace } from './chosenPlace.ts';
import { chooseConversations, contextAt, findConversations, previews, readConversation } from './conversations.ts';
import type { ReadOptions } from './convosync.ts';
import { checkoutKey } from './locks.ts';
import { deviceNotes, nameNotes } from './notes.ts';
import { agentOf, type Parts } from './parts.ts';
import { readTries } from './queue.ts';
import type { DescribedSession, Listing, OpenedSession, Status, VaultFacts } from './report.ts';
import { copyHere } from './resume/compare.ts';
import { judge } from './resume/verdict.ts';
import { findSession } from './sessions.ts';
import { type UndoPoint, UndoPoints } from './undo/undoPoint.ts';
import { newestOf } from './undo/undoRetention.ts';
import { isWorkAsSaved } from './workAsSaved.ts';

export async function listSessions(parts: Parts, folder: string, options: ReadOptions): Promise<Listing> {
  return toListing(parts, await openToLook(parts, folder, options));
}

/** The vault itself, and its state as a code. */
export async function describeVault(parts: Parts, folder: string, options: ReadOptions): Promise<VaultFacts> {
  const checkout = await openToLook(parts, folder, options);
  return { ...toListing(parts, checkout), ...(await codeOf(checkout)) };
}

async function codeOf({ vault }: Checkout): Promise<Pick<VaultFacts, 'code'>> {
  return vault?.refreshedAt === undefined ? {} : { code: await vault.stateCode() };
}

export async function readStatus(parts: Parts, at: Repository, options: ReadOptions): Promise<Status> {
  const checkout = await openUnlocked(parts, at, options);
  const { repository, identity, state, vault } = checkout;
  const listing = toListing(parts, checkout);
  const [{ conversations, notes }, code] = await Promise.all([findConversations(parts, repository.top, options.signal), codeOf(checkout)]);
  const [found] = chooseConversations(conversations, {});
  const conversation = found && (await describeConversation(parts, checkout, { all: conversations, found, sessions: listing.sessions }, options.signal));
  const { undoSave, undoResume, current, resumable } = await whereItStands(parts, repository, listing.sessions);
  const lastSaved = listing.sessions.find(({ device }) => device.id === parts.device.id);
  const queued = listing.sessions.filter((session) => session.queued).length;
  const tries = vault && queued > 0 ? await readTries(parts, vault.id) : undefined;
  const isWorkUnsaved = state.changes.length > 0 && (!current || !(await isWorkAsSaved(parts.home, repository, current.outline.id, state.changes, options.signal)));
  const isUnsaved = isWorkUnsaved || (conversation?.unsaved ?? 0) > 0 || (current !== undefined && state.commit !== current.summary.commit);
  return {
    repository: identity,
    folder: repository.top,
    ...(state.branch === undefined ? {} : { branch: state.branch }),
    ...(state.commit === undefined ? {} : { commit: state.commit, subject: (await commitAt(repository, state.commit, options.signal)).subject }),
    ...(state.ahead === undefined ? {} : { ahead: state.ahead }),
    ...(state.behind === undefined ? {} : { behind: state.behind }),
    changes: state.changes,
    ...(conversation ? { conversation } : {}),
    sync: isDistrusted(checkout) ? 'distrusted' : queued > 0 ? 'queued' : checkout.problem ? 'offline' : resumable ? 'resume-available' : !current ? 'never-saved' : isUnsaved ? 'unsaved' : 'synced',
    unsaved: isUnsaved,
    ...(current ? { current } : {}),
    ...(lastSaved ? { lastSaved } : {}),
    ...(resumable ? { resumable } : {}),
    queued,
    ...code,
    ...(tries ? { tries } : {}),
    listing: { ...listing, notes: [...listing.notes, ...nameNotes(parts), ...notes] },
    devices: [...(vault?.state.devices.values() ?? [])].map(({ device, lastSeen }) => ({ device, lastSeen, here: device.id === parts.device.id, revoked: vault?.isTakenOut(device.id) === true })),
    stored: [...listing.sessions, ...listing.trash].reduce((sum, { outline }) => sum + outline.stored, 0),
    undo: { ...(undoSave ? { save: undoSave.session } : {}), ...(undoResume ? { resume: undoResume.session } : {}) },
  };
}

/** What of the sessions this checkout stands on, and what of another device is newer than that. */
async function whereItStands(parts: Parts, repository: Repository, sessions: readonly SavedSession[]): Promise<{ undoSave?: UndoPoint | undefined; undoResume?: UndoPoint | undefined; current?: SavedSession | undefined; resumable?: SavedSession | undefined }> {
  const points = await new UndoPoints(parts.home, checkoutKey(repository)).all();
  const [undoSave, undoResume] = [newestOf('save', points), newestOf('resume', points)];
  const keptBeforeUndo = points.flatMap(({ keptAs }) => keptAs?.sessions ?? []);
  // Newest first: what this checkout stands on is the later of what it saved and what it resumed.
  const standsOn = sessions.findIndex(({ outline: { id }, device }) => id === undoResume?.session || (device.id === parts.device.id && !keptBeforeUndo.includes(id)));
  const resumable = sessions.slice(0, standsOn === -1 ? undefined : standsOn).find(({ device }) => device.id !== parts.device.id);
  return { undoSave, undoResume, current: sessions[standsOn], resumable };
}

/** What another device has left that is newer than what is here; undefined for nothing. */
export async function findWaiting(parts: Parts, folder: string, options: ReadOptions): Promise<SavedSession | undefined> {
  const { vault, repository } = await openToLook(parts, folder, options);
  return vault && (await whereItStands(parts, repository, vault.state.sessions)).resumable;
}

/** @throws ConvoSyncError `vault-locked` with what can be known without the keys in its details */
async function openUnlocked(parts: Parts, at: Repository, options: ReadOptions): Promise<Checkout> {
  try {
    return await openToLook(parts, at, options);
  } catch (error) {
    throw ConvoSyncError.is(error, 'vault-locked') ? await knownOfLocked(parts, at, error, options.signal) : error;
  }
}

async function knownOfLocked(parts: Parts, at: Repository, { message, details, cause }: ConvoSyncError, signal?: AbortSignal): Promise<ConvoSyncError> {
  const { around: { chosen, identity }, state: { branch, commit, changes } } = await findSurroundings(parts, at, { refresh: false, signal });
  const tries = await readTries(parts, String(details['vault']));
  const place = chosen ? describePlace(chosen) : identity.remote;
  return new ConvoSyncError('vault-locked', message, { cause, details: { ...details, place, branch, commit, changes: changes.length, since: tries?.since } });
}

/** A session without its conversations. */
export async function describeSession(parts: Parts, folder: string, id: string, options: ReadOptions): Promise<DescribedSession> {
  const { session, manifest } = await findManifest(await openToLook(parts, folder, options), id, options.signal);
  return { session, manifest };
}

export interface Found extends DescribedSession {
  vault: Vault;
}

/** @throws ConvoSyncError `session-not-found`, `session-ambiguous`, or why its manifest cannot be read */
export async function findManifest({ vault, problem }: Checkout, id: string, signal?: AbortSignal): Promise<Found> {
  if (!vault) {
    throw problem ?? new ConvoSyncError('session-not-found', 'There is no such session.', { details: { session: id } });
  }
  const session = findSession([...vault.state.sessions, ...vault.state.trash], id);
  return { vault, session, manifest: await vault.contents.readManifest(session, signal) };
}

export async function openSession(parts: Parts, folder: string, id: string, options: ReadOptions): Promise<OpenedSession> {
  const { session, manifest, conversations, verdict } = await openIn(parts, await openToLook(parts, folder, options), id, options);
  return { session, manifest, conversations, verdict };
}

/** The same, and the vault that holds it. */
export async function openIn(parts: Parts, checkout: Checkout, id: string, options: Pick<ReadOptions, 'signal'>): Promise<OpenedSession & { vault: Vault }> {
  const { repository } = checkout;
  const { vault, session, manifest } = await findManifest(checkout, id, options.signal);
  const conversations: OpenedSession['conversations'] = [];
  for (const stored of manifest.conversations) {
    const agent = agentOf(parts, stored.agent);
    const [main] = stored.files;
    if (agent && main) {
      const read = (bytes: Parameters<Agent['read']>[0]): ReturnType<Agent['read']> => agent.read(bytes, options.signal);
      const { messages, issues } = await read(vault.contents.read(main, session, options.signal)).catch(async (error: unknown) => {
        // What lies at a place that does not answer may be here as well.
        const copy = isSilence(error) ? await copyHere({ parts, source: vault, folder: repository.top, signal: options.signal }, agent, stored) : undefined;
        if (!copy) {
          throw error;
        }
        return read(copy);
      });
      conversations.push({ agent: agent.id, agentName: agent.name, id: stored.id, messages, issues });
    }
  }
  const verdict = await judge({ parts, source: vault, session, folder: repository.top, signal: options.signal }, repository, await readState(repository, options.signal), manifest);
  return { vault, session, manifest, conversations, verdict };
}

function isDistrusted({ problem }: Checkout): boolean {
  return ConvoSyncError.is(problem, 'vault-damaged', 'vault-forged', 'vault-rolled-back', 'vault-downgraded', 'vault-newer-format');
}

export function openToLook(parts: Parts, at: string | Repository, { refresh, vault, signal }: ReadOptions): Promise<Checkout> {
  return openCheckout(parts, at, { refresh: refresh !== false, onlyLooks: true, choice: vault, signal });
}

/** What a list of sessions says of itself. */
export function toListing(parts: Parts, { vault, identity, chosen, problem }: Checkout): Listing {
  const place = vault?.place ?? (chosen && describePlace(chosen)) ?? identity.remote;
  return {
    sessions: vault?.state.sessions ?? [],
    trash: vault?.state.trash ?? [],
    here: parts.device,
    ...(vault ? { vault: vault.id } : {}),
    ...privacyOf(vault),
    ...(place === undefined ? {} : { place }),
    ...(vault?.refreshedAt === undefined ? {} : { refreshed: vault.refreshedAt }),
    ...(problem ? { problem } : {}),
    notes: deviceNotes(vault).filter((note) => note.kind !== 'distrusted' || note.error !== problem),
  };
}

/** Of a conversation as it is now. */
async function describeConversation(parts: Parts, checkout: Checkout, { all, found, sessions }: { all: readonly FoundConversation[]; found: FoundConversation; sessions: readonly SavedSession[] }, signal?: AbortSignal): Promise<NonNullable<Status['conversation']>> {
  const { repository, state, vault } = checkout;
  const { transcript } = await readConversation(parts, found, { wanted: 'counts', contextOf: contextAt(repository, state, signal), signal });
  const saved = vault ? await countSaved(parts, vault, found, sessions) : 0;
  const [preview] = previews(parts, all.filter((other) => other === found), [found]);
  if (!preview) {
    throw new ConvoSyncError('conversation-not-found', 'The conversation is not there any more.', { details: { conversation: found.id } });
  }
  return { ...preview, ...(transcript.title === undefined ? {} : { title: transcript.title }), transcript: found.transcript, messages: transcript.counted.messages, unsaved: Math.max(0, transcript.counted.messages - saved), issues: transcript.counted.issues };
}

/**
 * How many of a conversation's messages are in the session that it was last saved in or resumed from here. Others may hold more
 * of what has its id, and nothing of what was said here since.
 */
async function countSaved(parts: Parts, vault: Vault, found: FoundConversation, sessions: readonly SavedSession[]): Promise<number> {
  const map = await readInstallMap(parts.home, vault.id, found.agent, found.id);
  const messagesIn = ({ outline: { conversations } }: SavedSession): number => {
    const of = conversations.filter(({ agent }) => agent === found.agent);
    return (of.find(({ id }) => id === found.id) ?? of.find(({ id }) => id === map?.forkOf?.id))?.messages ?? 0;
  };
  const begunFrom = sessions.find(({ outline }) => outline.id === map?.session);
  return begunFrom ? messagesIn(begunFrom) : Math.max(0, ...sessions.filter(({ device }) => device.id === parts.device.id).map(messagesIn));
}
