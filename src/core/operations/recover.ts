/**
 * What a crash left half done: a save that had committed and an undo are completed, anything else is taken back. Runs
 * before every operation on a checkout, under its lock.
 */
import { ConvoSyncError } from '../common/errors.ts';
import { isAncestor, resolveCommit } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { openCheckout } from './checkout.ts';
import { companionsAt, withCompanionsLocked } from './companions.ts';
import type { RunOptions } from './convosync.ts';
import { Journal, type JournalEntry, type SaveEntry } from './journal.ts';
import { checkoutKey, withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { SavePlan } from './plan.ts';
import type { KeptWork, Note } from './report.ts';
import type { Vault } from '../vault/vault.ts';
import { finishSave, giveUp, settleSave } from './save/save.ts';
import { commitMade } from './undo/restoreCode.ts';
import { type UndoPoint, UndoPoints } from './undo/undoPoint.ts';
import { allOf, assertNoneRunning, takeBackResume } from './undo/undoResume.ts';
import { takeBackSave } from './undo/undoSave.ts';

type Recovered = Pick<Extract<Note, { kind: 'recovered' }>, 'how' | 'sent' | 'kept'>;

const rolledBack: Recovered = { how: 'rolled-back', sent: 0 };

/**
 * @throws ConvoSyncError `busy` while git is still at work on the repository, `conversation-running` while an agent is at
 * what is to be put back; whatever else throws leaves it to the next one
 */
export async function recover(parts: Parts, repository: Repository, options: RunOptions): Promise<Note[]> {
  const journal = new Journal(parts.home, checkoutKey(repository));
  const entry = await journal.read();
  if (!entry) {
    return [];
  }
  options.onProgress?.({ phase: 'recover' });
  parts.logger.info(`an interrupted ${entry.operation} is found`);
  await journal.untilQuiet(repository, options.signal);
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const point = await points.read(entry.operation === 'save' ? entry.session : entry.undo);
  const recovered = point ? await settle(parts, journal.watch(repository), { journal, entry, points, point }, options) : rolledBack;
  await journal.clear();
  return [{ kind: 'recovered', operation: entry.operation, ...recovered, session: entry.session }];
}

interface Interrupted<Entry> {
  journal: Journal;
  entry: Entry;
  points: UndoPoints;
  point: UndoPoint;
}

async function settle(parts: Parts, repository: Repository, { entry, ...interrupted }: Interrupted<JournalEntry>, options: RunOptions): Promise<Recovered> {
  const { points, point } = interrupted;
  if (entry.operation === 'save') {
    return recoverSave(parts, repository, { entry, ...interrupted }, options);
  }
  if (entry.operation === 'resume' && entry.partOf !== undefined && (await hasEnded(parts, entry.partOf, point))) {
    return { how: 'completed', sent: 0 };
  }
  await assertNoneRunning(parts, point);
  const keptElsewhere = await takeBackCompanions(parts, entry, options);
  if (entry.operation === 'undo' && entry.of === 'save') {
    const checkout = await openCheckout(parts, repository, { refresh: true, signal: options.signal });
    const { kept } = await takeBackSave(parts, { ...checkout, repository }, points, point, { ...options, keepsCode: entry.keepsCode });
    return { how: 'completed', sent: 0, ...told(kept) };
  }
  const { kept } = await takeBackResume(parts, repository, points, point, options);
  return { ...(entry.operation === 'undo' ? { how: 'completed', sent: 0 } : rolledBack), ...told(allOf([...keptElsewhere, kept])) };
}

/** Only where there is something. */
function told(kept: KeptWork): Pick<Recovered, 'kept'> {
  return kept.sessions.length + kept.branches.length + kept.files.length > 0 || kept.stashed ? { kept } : {};
}

/** Whether the resume that this point is a part of came to its end in all repositories: only its own entry was left to clear. */
async function hasEnded(parts: Parts, main: string, { id, after }: UndoPoint): Promise<boolean> {
  const entry = await new Journal(parts.home, main).read();
  return after !== undefined && !(entry?.operation === 'resume' && entry.undo === id);
}

/** What the interrupted operation did in other repositories; one that had come to its end there is left. */
async function takeBackCompanions(parts: Parts, entry: Exclude<JournalEntry, SaveEntry>, options: RunOptions): Promise<KeptWork[]> {
  const repositories = await companionsAt(parts, entry.companions ?? [], options.signal);
  const kept: KeptWork[] = [];
  await withCompanionsLocked(parts, repositories, { purpose: 'recovering', signal: options.signal }, async () => {
    for (const repository of repositories) {
      const journal = new Journal(parts.home, checkoutKey(repository));
      const points = new UndoPoints(parts.home, checkoutKey(repository));
      const [point, begun] = await Promise.all([points.read(entry.undo), journal.read()]);
      if (point && point.undone !== true) {
        await journal.untilQuiet(repository, options.signal);
        kept.push((await takeBackResume(parts, journal.watch(repository), points, point, options)).kept);
      }
      if (begun && begun.operation !== 'save' && begun.undo === entry.undo) {
        await journal.clear();
      }
    }
  });
  return kept;
}

async function recoverSave(parts: Parts, repository: Repository, { journal, entry, points, point }: Interrupted<SaveEntry>, options: RunOptions): Promise<Recovered> {
  const plan = entry.plan as SavePlan;
  const checkout = await openCheckout(parts, repository, { refresh: true, signal: options.signal });
  const { vault } = checkout;
  if (vault) {
    const waiting = queuedIn(vault);
    const running = { checkout: { ...checkout, repository, vault }, plan, journal, points, point };
    const sealed = vault.state.sessions.find(({ outline }) => outline.id === entry.session);
    if (sealed) {
      await withVaultLocked(parts, vault, { purpose: 'completing a save', signal: options.signal }, async () => {
        const { conversations } = await vault.contents.readManifest(sealed, options.signal);
        return settleSave(parts, running, { summary: sealed.summary, conversations, notes: [] }, options);
      });
      return { how: 'completed', sent: waiting - queuedIn(vault) };
    }
    const { made } = await commitMade(repository, point);
    if (made !== undefined && (await isStillPartOf(repository, made, point))) {
      return (await completeSave(parts, { ...running, point: { ...point, made } }, options)) ? { how: 'completed', sent: waiting + 1 - queuedIn(vault) } : rolledBack;
    }
  }
  await giveUp({ repository, journal, points, point });
  return rolledBack;
}

/** False where it could not be completed, and has taken itself back. */
async function completeSave(parts: Parts, running: Parameters<typeof finishSave>[1], options: RunOptions): Promise<boolean> {
  try {
    await finishSave(parts, running, options);
    return true;
  } catch (error) {
    // What it could not do is no reason to stop what the user wants now.
    if (ConvoSyncError.is(error) && error.code !== 'cancelled') {
      parts.logger.warn(`the interrupted save could not be completed: ${error.code}`);
      return false;
    }
    throw error;
  }
}

function queuedIn({ state }: Vault): number {
  return state.sessions.filter(({ queued }) => queued).length;
}

/** False when the user has left the save's commit behind since; a pull may have put another in its place. */
async function isStillPartOf(repository: Repository, made: string, { pulls }: UndoPoint): Promise<boolean> {
  const head = await resolveCommit(repository, 'HEAD');
  return pulls || (head !== undefined && (await isAncestor(repository, made, head)));
}
