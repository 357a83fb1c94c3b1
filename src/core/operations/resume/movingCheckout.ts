/** One repository on its way to where the session has it: kept, moved, and taken back where the resume cannot end. */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Repository } from '../../git/repository.ts';
import type { RepositoryState } from '../../git/status.ts';
import { type Head, holdable, readState } from '../../git/workingTree.ts';
import type { StoredCode } from '../../session/session.ts';
import type { RunOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { checkoutKey } from '../locks.ts';
import type { Parts } from '../parts.ts';
import type { CodeStep, ResumePlan } from '../plan.ts';
import { type UndoDraft, type UndoPoint, UndoPoints } from '../undo/undoPoint.ts';
import { takeBackResume } from '../undo/undoResume.ts';
import { type UndoRetention, undoRetentionOf } from '../undo/undoRetention.ts';
import { branchesToMove, changedSincePlanned, keepIgnored, moveCode } from './moveCode.ts';

interface Movement {
  plan: ResumePlan;
  code: StoredCode;
  head: Head;
  steps: readonly CodeStep[];
  /** Name of the repository, where it is not the session's own. */
  name?: string;
}

export class MovingCheckout {
  readonly repository: Repository;
  readonly points: UndoPoints;
  readonly #journal: Journal;
  readonly #key: string;
  readonly #movement: Movement;
  readonly #parts: Parts;
  readonly #now: () => Date;
  readonly #retention: UndoRetention;
  #point: UndoPoint | undefined;

  constructor(parts: Parts, repository: Repository, movement: Movement) {
    const { home, machine } = parts;
    this.#parts = parts;
    this.#now = machine.now;
    this.#retention = undoRetentionOf(machine);
    this.#key = checkoutKey(repository);
    this.points = new UndoPoints(home, this.#key);
    this.#journal = new Journal(home, this.#key);
    this.repository = this.#journal.watch(repository);
    this.#movement = movement;
  }

  /** What is kept so far; there is one once the resume has begun. */
  get point(): UndoPoint {
    if (!this.#point) {
      throw new Error('The resume has not begun.');
    }
    return this.#point;
  }

  set point(point: UndoPoint) {
    this.#point = point;
  }

  /** @throws ConvoSyncError `busy` when the repository has changed since the resume was planned */
  async assertAsPlanned(): Promise<void> {
    const { plan, head, steps, name } = this.#movement;
    const { branch, commit, changes } = await readState(this.repository);
    const isShown = steps.some(({ kind }) => kind === 'stash' || kind === 'commit-changes') || plan.findings.some(({ code, repository }) => code === 'uncommitted-changes' && repository === name);
    if (commit !== head.commit || branch !== head.branch || (!isShown && (await holdable(this.repository, changes)).length > 0)) {
      throw changedSincePlanned(this.repository);
    }
  }

  /** Keeps HEAD, branches and index, and says in the journal what is going on. */
  async begin(together: { companions: readonly MovingCheckout[] } | { partOf: MovingCheckout }): Promise<void> {
    const { plan } = this.#movement;
    const tops = 'companions' in together ? together.companions.map(({ repository }) => repository.top) : [];
    const companions = tops.length > 0 ? { companions: tops } : {};
    this.#point = await this.points.begin(this.repository, { ...(await this.#draft()), ...companions, ...('partOf' in together ? { partOf: together.partOf.repository.top } : {}) });
    await this.#journal.write({ v: 1, operation: 'resume', session: plan.session.summary.id, undo: plan.id, ...companions, ...('partOf' in together ? { partOf: together.partOf.#key } : {}) });
  }

  async #draft(): Promise<UndoDraft> {
    const { plan, code, head, steps } = this.#movement;
    const followed = steps.find((step) => step.kind === 'switch');
    const committed = steps.find((step) => step.kind === 'commit-changes');
    return {
      id: plan.id,
      operation: 'resume',
      at: this.#now().toISOString(),
      session: plan.session.summary.id,
      before: head,
      branches: await branchesToMove(this.repository, head, steps),
      ...(followed?.tracks === undefined ? {} : { tracks: followed.branch }),
      brings: code.commit,
      pulls: steps.some(({ kind }) => kind === 'pull'),
      ...(committed ? { commitMessage: committed.message } : {}),
    };
  }

  async move(parts: Parts, { signal, onProgress }: RunOptions): Promise<void> {
    const { code, steps } = this.#movement;
    this.#point = await keepIgnored(this.repository, this.points, this.point, { steps, brings: code.commit }, signal);
    for (const step of steps) {
      throwIfCancelled(signal);
      onProgress?.({ phase: 'code' });
      this.#point = step.kind === 'restore-snapshot' ? await this.#restoreSnapshot(parts, signal) : await moveCode(parts, this.repository, this.points, this.point, step, signal);
    }
  }

  /** From here on an undo knows which files are no newer work. */
  async #restoreSnapshot(parts: Parts, signal?: AbortSignal): Promise<UndoPoint> {
    const { snapshot } = this.#movement.code;
    if (!snapshot) {
      throw new ConvoSyncError('install-failed', 'The session holds no files beyond its commit.', { details: { session: this.point.session } });
    }
    const noted = await this.points.update({ ...this.point, snapshot });
    await (await import('../snapshots.ts')).bringBack(parts, this.repository, snapshot, signal);
    return noted;
  }

  /** Notes where the repository is now, which an undo starts from. */
  async arrive(): Promise<RepositoryState> {
    const state = await readState(this.repository);
    const { commit, branch } = state;
    if (commit === undefined) {
      throw new ConvoSyncError('git-failed', 'HEAD is at no commit after the resume.', { details: { folder: this.repository.top } });
    }
    this.#point = await this.points.update({ ...this.point, after: { commit, ...(branch === undefined ? {} : { branch }) } });
    return state;
  }

  /** Also where it has only begun, or not yet. */
  async takeBack(): Promise<void> {
    if (this.#point) {
      await takeBackResume(this.#parts, this.repository, this.points, (await this.points.read(this.#point.id)) ?? this.#point, {});
      await this.#journal.clear();
    }
  }

  async finish(): Promise<void> {
    await this.points.tidy(this.#retention, this.#now());
    await this.#journal.clear();
  }
}
