/**
 * The other repositories of a session in a save: read as they are, commits in a bundle and uncommitted files in a snapshot. They
 * are in the vault before the session's record is, so whoever sees the session has all of them.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import type { Finding } from '../../git/finding.ts';
import { commitAt } from '../../git/history.ts';
import { identify, sameRepository } from '../../git/identity.ts';
import { namesLeftOut } from '../../git/leftOut.ts';
import { contentsUnpushed } from '../../git/lfs.ts';
import { preflightSave } from '../../git/preflight.ts';
import { gatherSaveFacts } from '../../git/preflightFacts.ts';
import { Repository } from '../../git/repository.ts';
import type { Change } from '../../git/status.ts';
import { holdable, readState } from '../../git/workingTree.ts';
import type { StoredCompanion } from '../../session/session.ts';
import type { Vault } from '../../vault/vault.ts';
import { type Checkout, findSurroundings } from '../checkout.ts';
import { companionMissing, openCompanions, rememberedCompanions, seenFrom } from '../companions.ts';
import type { RunOptions } from '../convosync.ts';
import { withCheckoutLocked } from '../locks.ts';
import { leftOutFindings } from '../leavingOut.ts';
import type { Parts } from '../parts.ts';
import type { CompanionStep, SavePlan, SaveRequest } from '../plan.ts';
import { bundleCommits } from './capture.ts';
import { findDefaultBranch } from './defaultBranch.ts';
import { commitsBeyond } from './planPublishing.ts';

interface PlannedCompanion {
  /** Absent where it cannot be saved: the findings say why. */
  step?: CompanionStep;
  findings: Finding[];
}

/** @throws ConvoSyncError as `openCompanions`, for folders that the request names */
export async function planCompanions(parts: Parts, main: Pick<Checkout, 'repository' | 'identity'>, request: SaveRequest, { signal }: RunOptions): Promise<{ steps: CompanionStep[]; findings: Finding[] }> {
  const folders = request.with ?? (await rememberedCompanions(parts.home, main.repository));
  const planned = await Promise.all((await openCompanions(parts, main, folders, signal)).map(async ({ folder, repository }): Promise<PlannedCompanion> => (
    repository ? planCompanion(parts, repository, request, signal) : { findings: [companionMissing({ folder }, [], request)] }
  )));
  return { steps: planned.flatMap(({ step }) => (step ? [step] : [])), findings: planned.flatMap(({ findings }) => findings) };
}

async function planCompanion(parts: Parts, repository: Repository, request: SaveRequest, signal?: AbortSignal): Promise<PlannedCompanion> {
  const { around, state } = await findSurroundings(parts, repository, { refresh: true, signal });
  const { identity: { name } } = around;
  const named = (findings: Finding[]): Finding[] => findings.map((finding) => ({ ...finding, repository: name, details: { folder: repository.top, ...finding.details } }));
  const facts = await gatherSaveFacts(repository, repository.top, { state, signal });
  const refusals = preflightSave(facts, ['snapshot', 'save-unpushed']).filter(({ severity }) => severity === 'refusal');
  if (refusals.length > 0 || state.commit === undefined) {
    return { findings: named(refusals) };
  }
  const everything = request.choices?.['left-out'] === 'everything';
  const held = (await holdable(repository, state.changes, signal)).length === 0 ? { files: 0, leftOut: {} } : await (await import('../snapshots.ts')).surveyWorkingTree(parts, repository, everything, signal);
  const { tip: base } = await findDefaultBranch(around, signal);
  const step: CompanionStep = {
    kind: 'companion',
    name,
    folder: repository.top,
    commit: state.commit,
    ...(state.branch === undefined ? {} : { branch: state.branch }),
    ...(base === undefined ? {} : { base }),
    commits: await commitsBeyond(repository, base, state.commit, signal),
    files: held.files,
    everything,
    changes: state.changes,
  };
  return { step, findings: named(leftOutFindings({ ...held.leftOut, lfs: await contentsUnpushed(repository, { changes: state.changes }, signal) })) };
}

export function companionsIn({ steps }: SavePlan): CompanionStep[] {
  return steps.filter((step) => step.kind === 'companion');
}

/** @throws ConvoSyncError `busy` while another process is at it, or when it is gone or has changed since it was planned */
export async function captureCompanion(parts: Parts, { repository: main, vault }: { repository: Repository; vault: Vault }, step: CompanionStep, signal?: AbortSignal): Promise<StoredCompanion> {
  const repository = await openCompanion(parts, step, signal);
  const { commit, branch, base } = step;
  return withCheckoutLocked(parts, repository, { purpose: 'saving', signal }, async () => {
    // A save that a crash interrupted is completed later: what changed meanwhile does not fit what it was planned with.
    await assertAsPlanned(repository, step, signal);
    const identity = await identify(repository, { signal });
    const codeIn = ({ companions = [] }: { companions?: StoredCompanion[] | undefined }): StoredCompanion | undefined => companions.find((one) => one.branch === branch && sameRepository(one.repository, identity) === 'same');
    const bundles = await bundleCommits(parts, { repository, vault }, { branch, commit, base, codeIn }, signal);
    const stored = step.files === 0 ? undefined : await (await import('../snapshots.ts')).storeSnapshot(parts, { repository, vault }, commit, step.everything, signal);
    const leftOut = namesLeftOut({ ...stored?.leftOut, lfs: await contentsUnpushed(repository, { changes: step.changes }, signal) });
    const lacks = Object.keys(leftOut).length > 0;
    return {
      folder: await seenFrom(main, repository.top),
      repository: identity,
      commit,
      ...(branch === undefined ? {} : { branch }),
      subject: (await commitAt(repository, commit, signal)).subject,
      clean: !lacks && (stored !== undefined || step.changes.length === 0),
      ...(lacks ? { leftOut } : {}),
      pushed: false,
      bundles,
      ...(stored?.snapshot ? { snapshot: stored.snapshot } : {}),
    };
  });
}

/** @throws ConvoSyncError `busy` when there is no repository any more */
export async function openCompanion({ git }: Parts, { folder }: CompanionStep, signal?: AbortSignal): Promise<Repository> {
  const repository = await Repository.open(git, folder, signal);
  if (!repository) {
    throw changedSincePlanned(folder);
  }
  return repository;
}

/** @throws ConvoSyncError `busy` when HEAD or the changes are others than those that were planned with */
export async function assertAsPlanned(repository: Repository, planned: { branch?: string; commit: string; changes: readonly Change[] }, signal?: AbortSignal): Promise<void> {
  const { commit, branch, changes } = await readState(repository, signal);
  const names = (some: readonly Change[]): string => JSON.stringify(some.filter((change) => change.insideSubmodule !== true).map(({ path: file, kind }) => [file, kind]).sort());
  if (commit !== planned.commit || branch !== planned.branch || names(changes) !== names(planned.changes)) {
    throw changedSincePlanned(repository.top);
  }
}

function changedSincePlanned(folder: string): ConvoSyncError {
  return new ConvoSyncError('busy', 'The repository has changed since the save was planned.', { details: { reason: 'changed', folder } });
}
