/**
 * Newer work becomes a session before an undo takes its place: a save like any other, that commits nothing and pushes no
 * branch, of all repositories that went with the resume. What such a session holds then makes room without a trace in them.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import type { StoredCode } from '../../session/session.ts';
import { openCheckout } from '../checkout.ts';
import { seenFrom } from '../companions.ts';
import { findConversations } from '../conversations.ts';
import type { RunOptions, UndoOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { SavePlan, SaveRequest } from '../plan.ts';
import { planSave } from '../save/planSave.ts';
import { type PreparedSave, runSave } from '../save/save.ts';
import type { NewerWork } from './newerWork.ts';
import type { Resumed, ResumedTogether } from './resumed.ts';

export interface PlannedSave extends PreparedSave {
  plan: SavePlan;
}

const message = 'Newer work, kept before an undo';

/**
 * A save of all that went on. Undefined where no vault can take it.
 *
 * @throws ConvoSyncError `vault-locked`, `vault-choice`
 */
export async function planKeeping(parts: Parts, { own, others }: ResumedTogether, { conversations }: NewerWork, { vault: choice, ...options }: UndoOptions): Promise<PlannedSave | undefined> {
  const { repository } = own;
  const folders = others.map((other) => other.repository.top);
  const ids = await conversationsToSave(parts, own, conversations, options.signal);
  const request: SaveRequest = { message, snapshot: true, push: false, force: true, with: folders, ...(ids.length === 0 ? {} : { conversations: ids }), ...(choice === undefined ? {} : { vault: choice }) };
  try {
    const { plan, checkout } = await planSave(parts, repository, repository.top, request, options);
    return checkout.vault ? { plan: { ...plan, beforeUndo: true }, choice, checkout } : undefined;
  } catch (error) {
    if (!isVaultFault(error)) {
      throw error;
    }
    parts.logger.warn(`newer work cannot become a session: ${error.code}`);
    return undefined;
  }
}

/** Those that went on, or else the one that was resumed, as far as they are here. */
async function conversationsToSave(parts: Parts, { repository, point }: Resumed, newer: NewerWork['conversations'], signal?: AbortSignal): Promise<string[]> {
  const { conversations: found } = await findConversations(parts, repository.top, signal);
  const here = (newer.length > 0 ? newer : point.conversations.slice(0, 1)).filter(({ agent, id }) => found.some((one) => one.agent === agent && one.id === id));
  return here.map(({ id }) => id);
}

/** The vault takes nothing now, however often one tries. */
function isVaultFault(error: unknown): error is ConvoSyncError {
  return ConvoSyncError.is(error, 'vault-damaged', 'vault-newer-format', 'vault-forged', 'vault-rolled-back', 'vault-downgraded', 'vault-revoked', 'vault-not-found');
}

/** Runs the save, and notes in the undo points what it holds. */
export async function keepNewer(parts: Parts, { own, others }: ResumedTogether, { plan, ...prepared }: PlannedSave, options: RunOptions): Promise<ResumedTogether> {
  await runSave(parts, plan, prepared, options);
  const { vault } = await openCheckout(parts, own.repository, { refresh: false, choice: prepared.choice, signal: options.signal });
  const session = vault?.state.sessions.find(({ outline }) => outline.id === plan.session);
  const saved = vault && session ? await vault.contents.readManifest(session, options.signal) : undefined;
  if (!saved) {
    return { own, others };
  }
  const ofCompanion = async (other: Resumed): Promise<Resumed> => {
    const folder = await seenFrom(own.repository, other.repository.top);
    const code = saved.companions?.find((one) => one.folder === folder);
    return code ? note(parts, other, code, { sessions: [], files: [] }, options.signal) : other;
  };
  const whole = saved.conversations.flatMap(({ files }) => files.filter(({ redactions }) => (redactions ?? []).length === 0).map(({ sha256 }) => sha256));
  return { own: await note(parts, own, saved.code, { sessions: [saved.session], files: whole }, options.signal), others: await Promise.all(others.map(ofCompanion)) };
}

async function note(parts: Parts, { point, ...resumed }: Resumed, { commit, snapshot }: StoredCode, held: { sessions: string[]; files: string[] }, signal?: AbortSignal): Promise<Resumed> {
  const contents = snapshot && (await (await import('../snapshots.ts')).contentsIfInPlace(parts, resumed.repository, commit, snapshot.commit, signal));
  return { ...resumed, point: await resumed.points.update({ ...point, keptAs: { ...held, commit, ...(contents === undefined ? {} : { contents }) } }) };
}
