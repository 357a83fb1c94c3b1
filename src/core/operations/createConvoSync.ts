import { ConvoSyncError } from '../common/errors.ts';
import type { Repository } from '../git/repository.ts';
import { renameDevice } from '../home/device.ts';
import { openRepository, refused } from './checkout.ts';
import { clean } from './cleaning.ts';
import { checkVault } from './checkVault.ts';
import type { ConvoSync, RunOptions } from './convosync.ts';
import { withCheckoutLocked } from './locks.ts';
import { describeVault, listSessions, openSession, readStatus } from './look.ts';
import type { Machine } from './machine.ts';
import { assembleParts, type Parts } from './parts.ts';
import type { ResumePlan, SavePlan } from './plan.ts';
import { isInterrupted, recover } from './recover.ts';
import { foldersWaiting } from './queue.ts';
import type { Note } from './report.ts';
import { planResume, type PreparedResume } from './resume/planResume.ts';
import { runResume } from './resume/resume.ts';
import { planSave } from './save/planSave.ts';
import { type PreparedSave, runSave } from './save/save.ts';
import { syncCheckout } from './sending.ts';
import { markSessions } from './trash.ts';
import { accessRequests, approveAccess, join, requestAccess } from './joining.ts';
import { planRemoval, removeVault } from './removeVault.ts';
import { revokeDevice, sealVault } from './renewKeys.ts';
import { moveVault, usePlace } from './vaultPlaces.ts';
import { changePassphrase, lockVault, renewRecoveryKey, unlockVault } from './vaultKeys.ts';
import { runUndoResume } from './undo/undoResume.ts';
import { runUndoSave } from './undo/undoSave.ts';

/** ConvoSync on a machine. Nothing is read or started before the first call. */
export function createConvoSync(machine: Machine): ConvoSync {
  let assembled: Promise<Parts> | undefined;
  const parts = async (): Promise<Parts> => {
    assembled ??= assembleParts(machine);
    try {
      return await assembled;
    } catch (error) {
      assembled = undefined;
      throw error;
    }
  };
  // What planning has looked up serves the run of the same plan, so that one look at the remote is enough; and what it
  // had to recover first belongs into the report.
  const prepared = new WeakMap<SavePlan, Required<PreparedSave> & { recovered: Note[] }>();
  const preparedResumes = new WeakMap<ResumePlan, { resume: PreparedResume; recovered: Note[] }>();

  return {
    async planSave(folder, request, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal);
      const recovered = await settle(all, repository, options);
      const { plan, checkout } = await planSave(all, repository, folder, request, options);
      prepared.set(plan, { checkout, choice: request.vault, recovered });
      return plan;
    },

    async save(plan, options = {}) {
      const all = await parts();
      assertRunnable(plan);
      const { checkout, choice, recovered = [] } = prepared.get(plan) ?? {};
      prepared.delete(plan);
      return locked(all, checkout?.repository ?? plan.folder, 'saving', options, async (_, notes) => {
        const report = await runSave(all, plan, { choice, ...(notes.length === 0 ? { checkout } : {}) }, options);
        return { ...report, notes: [...recovered, ...notes, ...report.notes] };
      });
    },

    async sync(folder, options = {}) {
      const all = await parts();
      return locked(all, folder, 'sending', options, (_, recovered) => syncCheckout(all, folder, options, recovered));
    },

    foldersWaiting: async () => foldersWaiting(await parts()),

    async undoSave(folder, options = {}) {
      const all = await parts();
      return locked(all, folder, 'undoing a save', options, async (repository, notes) => ({ ...(await runUndoSave(all, repository, options)), notes }));
    },

    async planResume(folder, request, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal);
      const recovered = await settle(all, repository, options);
      const resume = await planResume(all, repository, request, options);
      preparedResumes.set(resume.plan, { resume, recovered });
      return resume.plan;
    },

    async resume(plan, options = {}) {
      const all = await parts();
      assertRunnable(plan);
      const planned = preparedResumes.get(plan);
      preparedResumes.delete(plan);
      if (!planned) {
        throw new ConvoSyncError('usage', 'A resume is run once, by the process that planned it.');
      }
      return locked(all, planned.resume.checkout.repository, 'resuming', options, async (_, notes) => {
        const report = await runResume(all, planned.resume, options);
        return { ...report, notes: [...planned.recovered, ...notes, ...report.notes] };
      });
    },

    async undoResume(folder, options = {}) {
      const all = await parts();
      return locked(all, folder, 'undoing a resume', options, async (repository, notes) => ({ ...(await runUndoResume(all, repository, options)), notes }));
    },

    list: async (folder, options = {}) => listSessions(await parts(), folder, options),

    async status(folder, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal);
      const recovered = options.refresh === false ? [] : await settleIfFree(all, repository, options);
      const status = await readStatus(all, repository, options);
      return { ...status, listing: { ...status.listing, notes: [...recovered, ...status.listing.notes] } };
    },

    describeVault: async (folder, options = {}) => describeVault(await parts(), folder, options),
    open: async (folder, session, options = {}) => openSession(await parts(), folder, session, options),
    delete: async (folder, sessions, options = {}) => markSessions(await parts(), folder, sessions, 'deleted', options),
    restore: async (folder, sessions, options = {}) => markSessions(await parts(), folder, sessions, 'restored', options),

    pin: async (folder, sessions, options = {}) => markSessions(await parts(), folder, sessions, 'pinned', options),
    unpin: async (folder, sessions, options = {}) => markSessions(await parts(), folder, sessions, 'unpinned', options),
    clean: async (folder, options = {}) => clean(await parts(), folder, options),

    unlock: async (folder, secret, options = {}) => unlockVault(await parts(), folder, secret, options),
    lock: async (folder, options = {}) => lockVault(await parts(), folder, options),
    changePassphrase: async (folder, secrets, options = {}) => changePassphrase(await parts(), folder, secrets, options),
    renewRecoveryKey: async (folder, current, options = {}) => renewRecoveryKey(await parts(), folder, current, options),

    seal: async (folder, passphrase, options = {}) => sealVault(await parts(), folder, passphrase, options),
    revoke: async (folder, revocation, options = {}) => revokeDevice(await parts(), folder, revocation, options),
    requestAccess: async (folder, options = {}) => requestAccess(await parts(), folder, options),
    join: async (folder, options = {}) => join(await parts(), folder, options),
    accessRequests: async (folder, options = {}) => accessRequests(await parts(), folder, options),
    approveAccess: async (folder, code, options = {}) => approveAccess(await parts(), folder, code, options),
    planRemoval: async (folder, options = {}) => planRemoval(await parts(), folder, options),
    removeVault: async (folder, confirmed, options = {}) => removeVault(await parts(), folder, confirmed, options),
    check: async (folder, options = {}) => checkVault(await parts(), folder, options),
    usePlace: async (folder, where, options) => usePlace(await parts(), folder, where, options),

    moveVault: async (folder, where, options) => moveVault(await parts(), folder, where, options),

    async renameDevice(name) {
      const all = await parts();
      await renameDevice(all.home, name);
      assembled = undefined;
    },
  };
}

/** Completes or takes back what a crash left, before anything is planned on top of it. */
async function settle(parts: Parts, repository: Repository, options: RunOptions, waitMs?: number): Promise<Note[]> {
  if (!(await isInterrupted(parts, repository))) {
    return [];
  }
  return withCheckoutLocked(parts, repository, { purpose: 'recovering', signal: options.signal, ...(waitMs === undefined ? {} : { waitMs }) }, () => recover(parts, repository, options));
}

/** A journal whose lock is held is no crash but an operation at work, which a look does not wait for. */
async function settleIfFree(parts: Parts, repository: Repository, options: RunOptions): Promise<Note[]> {
  try {
    return await settle(parts, repository, options, 0);
  } catch (error) {
    if (ConvoSyncError.is(error, 'busy')) {
      return [];
    }
    throw error;
  }
}

async function locked<T>(parts: Parts, at: string | Repository, purpose: string, options: RunOptions, action: (repository: Repository, notes: Note[]) => Promise<T>): Promise<T> {
  const repository = typeof at === 'string' ? await openRepository(parts, at, options.signal) : at;
  return withCheckoutLocked(parts, repository, { purpose, signal: options.signal }, async () => action(repository, await recover(parts, repository, options)));
}

function assertRunnable({ blockers }: Pick<SavePlan | ResumePlan, 'blockers'>): void {
  if (blockers.length > 0) {
    throw refused(...blockers);
  }
}
