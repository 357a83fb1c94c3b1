/** Undoing the last save or the last resume of a checkout: planned first, as both are. */
import type { Repository } from '../../git/repository.ts';
import type { RunOptions, UndoOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { UndoPlan } from '../plan.ts';
import type { UndoReport } from '../report.ts';
import { planUndoResume, type PreparedUndoResume, runUndoResume } from './undoResume.ts';
import { planUndoSave, type PreparedUndoSave, runUndoSave } from './undoSave.ts';

export type PreparedUndo = PreparedUndoResume | PreparedUndoSave;

export async function planUndo(parts: Parts, repository: Repository, operation: UndoPlan['operation'], options: UndoOptions): Promise<PreparedUndo> {
  options.onProgress?.({ phase: 'preflight' });
  return operation === 'save' ? planUndoSave(parts, repository, options) : planUndoResume(parts, repository, options);
}

/** Runs under the checkout's lock, which the caller holds. */
export async function runUndo(parts: Parts, repository: Repository, prepared: PreparedUndo, options: RunOptions): Promise<Omit<UndoReport, 'notes'>> {
  return 'newer' in prepared ? runUndoResume(parts, repository, prepared, options) : runUndoSave(parts, repository, prepared, options);
}
