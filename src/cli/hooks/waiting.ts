/** What an agent is told at its start: the handoff that another device has left, where one is newer than what is here. */
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { handoffForModel, type HandoffForModel } from '../../wording/forModels.ts';
import { shortId } from '../../wording/short.ts';

/** Milliseconds that an agent's start may wait for the network, all in all. */
const patience = 1500;
/** Milliseconds for what is most likely here already. */
const lastTry = 300;
/** Claude Code and Codex take 10,000 characters from a hook. */
const longest = 8_000;

/** Undefined where nothing waits. Where the place of the sessions does not answer in time, what is known here counts. */
export async function waitingForModel(convosync: ConvoSync, folder: string, now: Date): Promise<string | undefined> {
  const network = AbortSignal.timeout(patience);
  const session = await convosync.waiting(folder, { signal: network }).catch((error: unknown) => {
    if (network.aborted) {
      return convosync.waiting(folder, { refresh: false });
    }
    throw error;
  });
  if (session === undefined) {
    return undefined;
  }
  const handoff = await readHandoff(convosync, folder, session, network);
  const id = shortId(session.outline.id);
  return [
    `ConvoSync: another device of this person has saved work on this repository that was not resumed here. Mention it where it matters; \`convosync resume ${id}\` brings code and conversation.`,
    '',
    handoffForModel(handoff, now, longest),
  ].join('\n');
}

async function readHandoff(convosync: ConvoSync, folder: string, session: SavedSession, network: AbortSignal): Promise<HandoffForModel> {
  try {
    const signal = network.aborted ? AbortSignal.timeout(lastTry) : network;
    const { manifest } = await convosync.describe(folder, session.outline.id, { refresh: false, signal });
    return { session, handoff: manifest.handoff };
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    return { session, handoff: session.summary.excerpt, isExcerpt: true };
  }
}
