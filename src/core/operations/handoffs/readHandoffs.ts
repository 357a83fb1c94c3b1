/** The handoffs that sessions of this repository hold. */
import { ConvoSyncError, isCancellation } from '../../common/errors.ts';
import { inParallel } from '../../common/parallel.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Vault } from '../../vault/vault.ts';
import { openCheckout } from '../checkout.ts';
import type { ReadHandoffsOptions } from '../convosync.ts';
import { toListing } from '../look.ts';
import type { Parts } from '../parts.ts';
import type { Handoffs } from '../report.ts';
import { findSession, latestSession } from '../sessions.ts';
import { handoffsInRepository, type RepositoryHandoff } from './repositoryHandoffs.ts';

/** So many are read at a time: most of them lie on this device. */
const atOnce = 4;

export async function readHandoffs(parts: Parts, folder: string, { sessions: wanted, refresh, vault: choice, signal, onProgress }: ReadHandoffsOptions): Promise<Handoffs> {
  const checkout = await openCheckout(parts, folder, { refresh: refresh !== false, onlyLooks: true, choice, signal });
  const listing = toListing(parts, checkout);
  const { vault } = checkout;
  if (!vault && listing.problem) {
    throw listing.problem;
  }
  const inRepository = await handoffsInRepository(checkout.repository.top, parts.device, vault);
  const isNamed = (name: string): boolean => inRepository.some((handoff) => isOf(handoff, name));
  const sessions = chosen(Array.isArray(wanted) ? wanted.filter((name: string) => !isNamed(name)) : wanted, parts, vault);
  const handoffs: Handoffs = { listing, handoffs: [], inRepository: inRepository.filter((handoff) => isWanted(handoff, wanted, sessions)), unread: [] };
  let done = 0;
  const read = await inParallel(sessions, atOnce, async (session) => {
    const one = await readOne(vault, session, signal);
    onProgress?.({ phase: 'fetch', done: ++done, total: sessions.length });
    return one;
  });
  for (const [index, session] of sessions.entries()) {
    const one = read[index];
    if (ConvoSyncError.is(one)) {
      handoffs.unread.push({ session, error: one });
    } else if (one !== undefined && one.trim() !== '') {
      handoffs.handoffs.push({ session, markdown: one });
    }
  }
  return handoffs;
}

function chosen(wanted: ReadHandoffsOptions['sessions'], { device }: Parts, vault: Vault | undefined): SavedSession[] {
  const { sessions = [], trash = [] } = vault?.state ?? {};
  if (wanted === undefined || wanted === 'latest') {
    const all = sessions.filter(hasHandoff);
    return wanted === 'latest' && all.length > 0 ? [latestSession(all, device.id)] : all;
  }
  return wanted.map((id) => findSession([...sessions, ...trash], id));
}

/** @param sessions the latest, where that is asked for */
function isWanted(handoff: RepositoryHandoff, wanted: ReadHandoffsOptions['sessions'], sessions: readonly SavedSession[]): boolean {
  if (wanted === 'latest') {
    return (handoff.at ?? '') > (sessions[0]?.summary.savedAt ?? '') || sessions.length === 0;
  }
  return wanted === undefined || wanted.length === 0 || wanted.some((name) => isOf(handoff, name));
}

function isOf({ device }: RepositoryHandoff, name: string): boolean {
  return device.toLowerCase() === name.toLowerCase();
}

/** Told by the beginning of it, which travels with the list. */
function hasHandoff({ summary }: SavedSession): boolean {
  return summary.excerpt !== '';
}

/** One that cannot be read hides no other. */
async function readOne(vault: Vault | undefined, session: SavedSession, signal?: AbortSignal): Promise<string | ConvoSyncError | undefined> {
  try {
    return (await vault?.contents.readManifest(session, signal))?.handoff;
  } catch (error) {
    if (ConvoSyncError.is(error) && !isCancellation(error)) {
      return error;
    }
    throw error;
  }
}
