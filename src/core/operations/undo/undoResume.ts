/**
 * Takes a resume back, in all repositories that it moved: conversations, branches, index and working tree become what the
 * undo points hold. What is newer becomes a session first; what no session holds is kept too: commits on a branch of their
 * own, changes in a stash, files aside.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import { tryLstat } from '../../common/files.ts';
import { sha256File } from '../../common/hash.ts';
import type { Repository } from '../../git/repository.ts';
import { withCompanionsLocked } from '../companions.ts';
import type { RunOptions, UndoOptions } from '../convosync.ts';
import { agentOf, type Parts } from '../parts.ts';
import type { UndoPlan } from '../plan.ts';
import type { KeptWork, UndoReport } from '../report.ts';
import { keepNewer, planKeeping, type PlannedSave } from './keepNewer.ts';
import { findNewerWork, isToBeKept, type NewerWork, reasonToAsk } from './newerWork.ts';
import { restoreCode } from './restoreCode.ts';
import { lastResumed, type ResumedTogether } from './resumed.ts';
import type { UndoPoint, UndoPoints } from './undoPoint.ts';
import { codeSteps, conversationSteps, keepingSteps } from './undoSteps.ts';

type Restored = Pick<UndoReport, 'restored' | 'kept'>;

export interface PreparedUndoResume {
  plan: UndoPlan;
  /** Of the undo point. */
  id: string;
  /** Of what is newer; undefined where nothing is, or no vault can take it. */
  save: PlannedSave | undefined;
  /** What was newer in each of the repositories, the session's own first. */
  newer: NewerWork[];
}

/** @throws ConvoSyncError as `lastResumed`, `conversation-running`, and what opening the vault throws where something is newer */
export async function planUndoResume(parts: Parts, repository: Repository, options: UndoOptions): Promise<PreparedUndoResume> {
  const together = await lastResumed(parts, repository, options);
  const { own, others } = together;
  await assertNoneRunning(parts, own.point);
  const [newer, ...newerElsewhere] = await newerIn(parts, together);
  const save = [newer, ...newerElsewhere].some(isToBeKept) ? await planKeeping(parts, together, newer, options) : undefined;
  const reason = reasonToAsk([newer, ...newerElsewhere]);
  const plan: UndoPlan = {
    operation: 'resume',
    session: own.point.session,
    at: own.point.at,
    folder: repository.top,
    blockers: save?.plan.blockers ?? [],
    steps: [...keepingSteps(newer, save), ...(await codeSteps(own)), ...conversationSteps(own.point)],
    companions: await Promise.all(others.map(async (other, index) => ({
      name: path.basename(other.repository.top),
      folder: other.repository.top,
      steps: [...keepingSteps(newerElsewhere[index], save, path.basename(other.repository.top)), ...(await codeSteps(other))],
    }))),
    ...(reason === undefined ? {} : { newer: reason }),
  };
  return { plan, id: own.point.id, save, newer: [newer, ...newerElsewhere] };
}

async function newerIn(parts: Parts, { own, others }: ResumedTogether): Promise<[NewerWork, ...NewerWork[]]> {
  await refreshRecords(parts, own.point);
  const elsewhere: NewerWork[] = [];
  for (const other of others) {
    elsewhere.push(await findNewerWork(other));
  }
  return [await findNewerWork(own), ...elsewhere];
}

/**
 * Runs a plan under the checkout's lock, which the caller holds; those of the session's other repositories are taken here.
 *
 * @throws ConvoSyncError `busy` when something was done since it was planned
 */
export async function runUndoResume(parts: Parts, repository: Repository, { plan, id, newer, save }: PreparedUndoResume, options: RunOptions): Promise<Omit<UndoReport, 'notes'>> {
  const { signal, onProgress } = options;
  const together = await lastResumed(parts, repository, { signal });
  if (together.own.point.id !== id || JSON.stringify(await newerIn(parts, together)) !== JSON.stringify(newer)) {
    throw new ConvoSyncError('busy', 'Something was done since the undo was planned.', { details: { reason: 'changed', folder: repository.top } });
  }
  await assertNoneRunning(parts, together.own.point);
  const { own, others } = save ? await keepNewer(parts, together, save, options) : together;
  return withCompanionsLocked(parts, others.map((other) => other.repository), { purpose: 'undoing a resume', signal }, async () => {
    const { companions } = own.point;
    const entry = { v: 1, operation: 'undo', of: 'resume', session: plan.session, undo: own.point.id, keepsCode: false } as const;
    await own.journal.write({ ...entry, ...(companions ? { companions } : {}) });
    const kept: KeptWork[] = [];
    for (const other of others) {
      await other.journal.write(entry);
      kept.push((await takeBackResume(parts, other.journal.watch(other.repository), other.points, other.point, { onProgress })).kept);
      await other.journal.clear();
    }
    const restored = await takeBackResume(parts, own.journal.watch(repository), own.points, own.point, { onProgress });
    await own.journal.clear();
    return { session: plan.session, remains: [], ...restored, kept: allOf([...kept, restored.kept]), companions: plan.companions.map(({ name }) => name) };
  });
}

/** Also for a resume that did not come to its end: whatever part of it happened is taken back. Can be repeated. */
export async function takeBackResume(parts: Parts, repository: Repository, points: UndoPoints, point: UndoPoint, { onProgress }: Pick<RunOptions, 'onProgress'>): Promise<Restored> {
  onProgress?.({ phase: 'code' });
  const { changed: code, kept } = await restoreCode(repository, points, point);
  onProgress?.({ phase: 'conversation' });
  await refreshRecords(parts, point);
  const files = await points.restoreFiles(point);
  for (const { agent, id } of point.conversations) {
    await agentOf(parts, agent)?.records?.deliver(id);
  }
  onProgress?.({ phase: 'verify' });
  await points.update({ ...point, undone: true });
  return { restored: { code, index: code, conversations: point.conversations.length }, kept: { ...kept, files: [...kept.files, ...files] } };
}

export function allOf(kept: readonly KeptWork[]): KeptWork {
  return {
    sessions: kept.flatMap(({ sessions }) => sessions),
    branches: kept.flatMap(({ branches }) => branches),
    stashed: kept.some(({ stashed }) => stashed),
    files: kept.flatMap(({ files }) => files),
  };
}

/**
 * An agent does not notice that a file changes under it, and goes on from what it knows.
 *
 * @throws ConvoSyncError `conversation-running` when one that is to be put back is open
 */
export async function assertNoneRunning(parts: Parts, point: UndoPoint): Promise<void> {
  const { conversations, files } = point;
  await refreshRecords(parts, point);
  for (const { agent: id, id: conversation, files: own } of conversations) {
    const agent = agentOf(parts, id);
    const changing = await Promise.all(files.filter(({ absolute }) => own.includes(absolute)).map(async ({ absolute, before }) => (await hashOf(absolute)) !== before));
    if (agent && changing.includes(true) && (await agent.isRunning(conversation))) {
      throw new ConvoSyncError('conversation-running', 'The conversation is open in its agent.', { details: { agentName: agent.name, conversation } });
    }
  }
}

/** What an agent keeps in a database is looked at as files, which are to say what it says now. */
async function refreshRecords(parts: Parts, { conversations }: UndoPoint): Promise<void> {
  for (const { agent, id } of conversations) {
    await agentOf(parts, agent)?.records?.refresh(id);
  }
}

async function hashOf(file: string): Promise<string | undefined> {
  return (await tryLstat(file))?.isFile() === true ? sha256File(file) : undefined;
}
