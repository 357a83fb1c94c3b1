import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import type { Repository } from '../git/repository.ts';
import { renameDevice } from '../home/device.ts';
import { openRepository, refused } from './checkout.ts';
import type { ConvoSync, RunOptions } from './convosync.ts';
import { withCheckoutLocked } from './locks.ts';
import { describeSession, describeVault, findWaiting, listSessions, openSession, readStatus } from './look.ts';
import type { Machine } from './machine.ts';
import { assembleParts, type Parts } from './parts.ts';
import type { ResumePlan, SavePlan, UndoPlan } from './plan.ts';
import { foldersWaiting } from './queue.ts';
import { interruptedHere, recoverFirst } from './recoverFirst.ts';
import type { Note } from './report.ts';
import type { PreparedResume } from './resume/planResume.ts';
import type { PreparedSave } from './save/save.ts';
import type { PreparedUndo } from './undo/undo.ts';

/**
 * ConvoSync on a machine. Nothing is read or started before the first call; what a look at the sessions needs is loaded
 * with this, every other operation with its first call.
 */
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
  const preparedUndos = new WeakMap<UndoPlan, { undo: PreparedUndo; recovered: Note[] }>();

  return {
    async planSave(folder, request, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal, ['initialise']);
      const recovered = await recoverFirst(all, repository, options);
      const { planSave } = await import('./save/planSave.ts');
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
        const { runSave } = await import('./save/save.ts');
        const report = await runSave(all, plan, { choice, ...(notes.length === 0 ? { checkout } : {}) }, options);
        return { ...report, notes: [...recovered, ...notes, ...report.notes] };
      });
    },

    async sync(folder, options = {}) {
      const all = await parts();
      const { syncCheckout } = await import('./sending.ts');
      return locked(all, folder, 'sending', options, (_, recovered) => syncCheckout(all, folder, options, recovered));
    },

    foldersWaiting: async () => foldersWaiting(await parts()),

    async planResume(folder, request, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal, ['clone']);
      const recovered = await recoverFirst(all, repository, options);
      const { planResume } = await import('./resume/planResume.ts');
      const resume = await planResume(all, repository, request, options);
      preparedResumes.set(resume.plan, { resume, recovered });
      return resume.plan;
    },

    async planImport(folder, file, request, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal, ['clone']);
      const recovered = await recoverFirst(all, repository, options);
      const { planImport } = await import('./portable/importPortable.ts');
      const resume = await planImport(all, repository, file, request, options);
      preparedResumes.set(resume.plan, { resume, recovered });
      return resume.plan;
    },

    exportPortable: async (folder, session, request, options = {}) => (await import('./portable/exportPortable.ts')).exportPortable(await parts(), folder, session, request, options),

    async resume(plan, options = {}) {
      const all = await parts();
      assertRunnable(plan);
      const planned = preparedResumes.get(plan);
      preparedResumes.delete(plan);
      if (!planned) {
        throw new ConvoSyncError('usage', marked`A resume is run once, by the process that planned it.`);
      }
      return locked(all, planned.resume.checkout.repository, 'resuming', options, async (_, notes) => {
        const { runResume } = await import('./resume/resume.ts');
        const report = await runResume(all, planned.resume, options);
        return { ...report, notes: [...planned.recovered, ...notes, ...report.notes] };
      });
    },

    async planUndo(folder, operation, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal);
      const recovered = await recoverFirst(all, repository, options);
      const { planUndo } = await import('./undo/undo.ts');
      const undo = await planUndo(all, repository, operation, options).catch((error: unknown) => {
        throw ConvoSyncError.is(error, 'nothing-to-undo') && recovered.length > 0 ? new ConvoSyncError(error.code, error.message, { cause: error, details: { ...error.details, recovered: recovered.length } }) : error;
      });
      preparedUndos.set(undo.plan, { undo, recovered });
      return undo.plan;
    },

    async undo(plan, options = {}) {
      const all = await parts();
      assertRunnable(plan);
      const planned = preparedUndos.get(plan);
      preparedUndos.delete(plan);
      if (!planned) {
        throw new ConvoSyncError('usage', marked`An undo is run once, by the process that planned it.`);
      }
      return locked(all, plan.folder, `undoing a ${plan.operation}`, options, async (repository, notes) => {
        const { runUndo } = await import('./undo/undo.ts');
        return { ...(await runUndo(all, repository, planned.undo, options)), notes: [...planned.recovered, ...notes] };
      });
    },

    initialise: async (folder, options = {}) => (await import('./repositories.ts')).initialise(await parts(), folder, options),
    addRemote: async (folder, address, options = {}) => (await import('./repositories.ts')).addRemote(await parts(), folder, address, options),
    clone: async (address, where, options = {}) => (await import('./repositories.ts')).clone(await parts(), address, where, options),
    addWorktree: async (folder, name, options = {}) => (await import('./repositories.ts')).addWorktree(await parts(), folder, name, options),
    removeWorktree: async (folder) => (await import('./repositories.ts')).removeWorktree(await parts(), folder),

    list: async (folder, options = {}) => listSessions(await parts(), folder, options),

    async status(folder, options = {}) {
      const all = await parts();
      const repository = await openRepository(all, folder, options.signal);
      const recovered = await (options.refresh === false ? interruptedHere(all, repository, options) : settleIfFree(all, repository, options));
      const status = await readStatus(all, repository, options);
      return { ...status, listing: { ...status.listing, notes: [...recovered, ...status.listing.notes] } };
    },

    describeVault: async (folder, options = {}) => describeVault(await parts(), folder, options),
    waiting: async (folder, options = {}) => findWaiting(await parts(), folder, options),
    describe: async (folder, session, options = {}) => describeSession(await parts(), folder, session, options),
    openHere: async (folder, options = {}) => (await import('./openHere.ts')).openHere(await parts(), folder, options),
    open: async (folder, session, options = {}) => openSession(await parts(), folder, session, options),
    handoffs: async (folder, options = {}) => (await import('./handoffs/readHandoffs.ts')).readHandoffs(await parts(), folder, options),
    compare: async (folder, older, newer, options = {}) => (await import('./compareSessions.ts')).compareSessions(await parts(), folder, older, newer, options),
    replay: async (folder, commit, options = {}) => (await import('./replay.ts')).replay(await parts(), folder, commit, options),
    openSearch: async (folder, options = {}) => (await import('./search/openSearch.ts')).openSearch(await parts(), folder, options),
    draftHandoff: async (folder, request, options = {}) => (await import('./handoffs/draftHandoff.ts')).draftHandoff(await parts(), folder, request, options),
    delete: async (folder, sessions, options = {}) => (await import('./trash.ts')).markSessions(await parts(), folder, sessions, 'deleted', options),
    restore: async (folder, sessions, options = {}) => (await import('./trash.ts')).markSessions(await parts(), folder, sessions, 'restored', options),

    pin: async (folder, sessions, options = {}) => (await import('./trash.ts')).markSessions(await parts(), folder, sessions, 'pinned', options),
    unpin: async (folder, sessions, options = {}) => (await import('./trash.ts')).markSessions(await parts(), folder, sessions, 'unpinned', options),
    clean: async (folder, options = {}) => (await import('./cleaning.ts')).clean(await parts(), folder, options),

    unlock: async (folder, secret, options = {}) => (await import('./vaultKeys.ts')).unlockVault(await parts(), folder, secret, options),
    lock: async (folder, options = {}) => (await import('./vaultKeys.ts')).lockVault(await parts(), folder, options),
    changePassphrase: async (folder, secrets, options = {}) => (await import('./vaultKeys.ts')).changePassphrase(await parts(), folder, secrets, options),
    renewRecoveryKey: async (folder, current, options = {}) => (await import('./vaultKeys.ts')).renewRecoveryKey(await parts(), folder, current, options),

    seal: async (folder, passphrase, options = {}) => (await import('./renewKeys.ts')).sealVault(await parts(), folder, passphrase, options),
    revoke: async (folder, revocation, options = {}) => (await import('./renewKeys.ts')).revokeDevice(await parts(), folder, revocation, options),
    requestAccess: async (folder, options = {}) => (await import('./joining.ts')).requestAccess(await parts(), folder, options),
    join: async (folder, options = {}) => (await import('./joining.ts')).join(await parts(), folder, options),
    accessRequests: async (folder, options = {}) => (await import('./joining.ts')).accessRequests(await parts(), folder, options),
    approveAccess: async (folder, code, options = {}) => (await import('./joining.ts')).approveAccess(await parts(), folder, code, options),
    planRemoval: async (folder, options = {}) => (await import('./removeVault.ts')).planRemoval(await parts(), folder, options),
    removeVault: async (folder, confirmed, options = {}) => (await import('./removeVault.ts')).removeVault(await parts(), folder, confirmed, options),
    check: async (folder, options = {}) => (await import('./checkVault.ts')).checkVault(await parts(), folder, options),
    usePlace: async (folder, where, options) => (await import('./vaultPlaces.ts')).usePlace(await parts(), folder, where, options),

    moveVault: async (folder, where, options) => (await import('./vaultPlaces.ts')).moveVault(await parts(), folder, where, options),

    async renameDevice(name) {
      const all = await parts();
      await renameDevice(all.home, name);
      assembled = undefined;
    },

    showHooks: async (request) => (await import('./hooks/hookedAgents.ts')).showAllHooks(machine, request),
    installHooks: async (request) => (await import('./hooks/hookedAgents.ts')).installAllHooks(machine, (await parts()).home, request),
    removeHooks: async (request) => (await import('./hooks/hookedAgents.ts')).removeAllHooks(machine, (await parts()).home, request),
  };
}

/** A journal whose lock is held is no crash but an operation at work, which a look does not wait for. */
async function settleIfFree(parts: Parts, repository: Repository, options: RunOptions): Promise<Note[]> {
  try {
    return await recoverFirst(parts, repository, options, 0);
  } catch (error) {
    // An agent that is at a conversation which is to be put back is at work, too.
    if (ConvoSyncError.is(error, 'busy', 'conversation-running')) {
      return [];
    }
    throw error;
  }
}

async function locked<T>(parts: Parts, at: string | Repository, purpose: string, options: RunOptions, action: (repository: Repository, notes: Note[]) => Promise<T>): Promise<T> {
  const repository = typeof at === 'string' ? await openRepository(parts, at, options.signal) : at;
  const { recover } = await import('./recover.ts');
  return withCheckoutLocked(parts, repository, { purpose, signal: options.signal }, async () => action(repository, await recover(parts, repository, options)));
}

function assertRunnable({ blockers }: Pick<SavePlan | ResumePlan | UndoPlan, 'blockers'>): void {
  if (blockers.length > 0) {
    throw refused(...blockers);
  }
}
