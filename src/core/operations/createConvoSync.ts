import { ConvoSyncError } from '../common/errors.ts';
import { Repository } from '../git/repository.ts';
import { renameDevice } from '../home/device.ts';
import type { Note } from './report.ts';
import { type Checkout, openCheckout, refused, withCheckoutLocked, withVaultLocked } from './checkout.ts';
import type { ConvoSync, RunOptions } from './convosync.ts';
import { markSessions } from './delete.ts';
import { listSessions, openSession, readStatus } from './look.ts';
import type { Machine } from './machine.ts';
import { assembleParts, type Parts } from './parts.ts';
import type { ResumePlan, SavePlan } from './plan.ts';
import { planResume, type PreparedResume } from './planResume.ts';
import { planSave } from './planSave.ts';
import { isInterrupted, recover } from './recover.ts';
import { runResume } from './resume.ts';
import { runSave } from './save.ts';
import { runUndoResume } from './undoResume.ts';
import { runUndoSave } from './undoSave.ts';

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
  // What planning has looked up serves the run of the same plan, so that one look at the remote is enough.
  const prepared = new WeakMap<SavePlan, Checkout>();
  const preparedResumes = new WeakMap<ResumePlan, PreparedResume>();

  return {
    async planSave(folder, request, options = {}) {
      const all = await parts();
      await settle(all, folder, options);
      const { plan, checkout } = await planSave(all, folder, request, options);
      prepared.set(plan, checkout);
      return plan;
    },

    async save(plan, options = {}) {
      const all = await parts();
      assertRunnable(plan);
      const checkout = prepared.get(plan);
      prepared.delete(plan);
      return locked(all, plan.folder, 'saving', options, async (_, notes) => {
        const report = await runSave(all, plan, notes.length === 0 ? checkout : undefined, options);
        return { ...report, notes: [...notes, ...report.notes] };
      });
    },

    async retry(folder, options = {}) {
      const all = await parts();
      return locked(all, folder, 'sending', options, async () => {
        const { vault, problem } = await openCheckout(all, folder, { refresh: true, found: false, signal: options.signal });
        if (problem) {
          throw problem;
        }
        if (!vault) {
          return { outcome: 'nothing-to-send', sessions: 0 };
        }
        return withVaultLocked(all, vault, 'sending', options.signal, async () => {
          if (options.push === false) {
            await vault.dropPendingCode();
          }
          const sessions = vault.state.sessions.filter(({ queued }) => queued).length;
          const result = await vault.send(options.signal);
          return { outcome: result === 'no-place' ? 'kept' : result, sessions };
        });
      });
    },

    async undoSave(folder, options = {}) {
      const all = await parts();
      return locked(all, folder, 'undoing a save', options, (repository) => runUndoSave(all, repository, options));
    },

    async planResume(folder, request, options = {}) {
      const all = await parts();
      await settle(all, folder, options);
      const resume = await planResume(all, folder, request, options);
      preparedResumes.set(resume.plan, resume);
      return resume.plan;
    },

    async resume(plan, options = {}) {
      const all = await parts();
      assertRunnable(plan);
      const resume = preparedResumes.get(plan);
      preparedResumes.delete(plan);
      if (!resume) {
        throw new ConvoSyncError('usage', 'A resume is run once, by the process that planned it.');
      }
      return locked(all, plan.folder, 'resuming', options, async (_, notes) => {
        const report = await runResume(all, resume, options);
        return { ...report, notes: [...notes, ...report.notes] };
      });
    },

    async undoResume(folder, options = {}) {
      const all = await parts();
      return locked(all, folder, 'undoing a resume', options, (repository) => runUndoResume(all, repository, options));
    },

    list: async (folder, options = {}) => listSessions(await parts(), folder, options),
    status: async (folder, options = {}) => readStatus(await parts(), folder, options),
    open: async (folder, session, options = {}) => openSession(await parts(), folder, session, options),
    delete: async (folder, sessions, options = {}) => markSessions(await parts(), folder, sessions, 'deleted', options),
    restore: async (folder, sessions, options = {}) => markSessions(await parts(), folder, sessions, 'restored', options),

    async renameDevice(name) {
      const all = await parts();
      await renameDevice(all.home, name);
      assembled = undefined;
    },
  };
}

/** Completes or takes back what a crash left, before anything is planned on top of it. */
async function settle(parts: Parts, folder: string, options: RunOptions): Promise<void> {
  const repository = await Repository.open(parts.git, folder, options.signal);
  if (repository && (await isInterrupted(parts, repository))) {
    await withCheckoutLocked(parts, repository, 'recovering', options.signal, () => recover(parts, repository, options));
  }
}

async function locked<T>(parts: Parts, folder: string, purpose: string, options: RunOptions, action: (repository: Repository, notes: Note[]) => Promise<T>): Promise<T> {
  const repository = await Repository.open(parts.git, folder, options.signal);
  if (!repository) {
    throw refused({ code: 'not-a-repository', severity: 'refusal', details: { folder }, remedies: ['initialise', 'clone'] });
  }
  return withCheckoutLocked(parts, repository, purpose, options.signal, async () => action(repository, await recover(parts, repository, options)));
}

function assertRunnable({ blockers }: Pick<SavePlan | ResumePlan, 'blockers'>): void {
  if (blockers.length > 0) {
    throw refused(...blockers);
  }
}
