/**
 * What was said up to a commit: of the session that tells it, with each conversation cut where that commit came to be. Nothing is
 * changed but what an ordinary fetch changes.
 */
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import type { OnProgress } from '../common/progress.ts';
import { resolveCommit } from '../git/history.ts';
import type { SessionManifest, StoredConversation } from '../session/session.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import type { ReadOptions } from './convosync.ts';
import { openIn, openToLook } from './look.ts';
import type { Parts } from './parts.ts';
import type { Replay } from './report.ts';
import { bringCommits } from './resume/bringCode.ts';

/** Whether a commit is the one that was named. */
type IsMeant = (commit: string | undefined) => boolean;

interface Told {
  session: SavedSession;
  manifest: SessionManifest;
  /** The full id. */
  commit: string;
}

/**
 * @param name a commit of this repository, or the beginning of the id of one that a session knows
 * @throws ConvoSyncError `usage` where no session tells of it; why what the session is made of cannot be read
 */
export async function replay(parts: Parts, folder: string, name: string, options: ReadOptions): Promise<Replay> {
  const { signal, onProgress } = options;
  const checkout = await openToLook(parts, folder, options);
  const { repository, vault, problem } = checkout;
  if (!vault) {
    throw problem ?? new ConvoSyncError('session-not-found', 'There is no session yet.');
  }
  const full = /^-|\0/.test(name) ? undefined : await resolveCommit(repository, name, signal);
  const isMeant: IsMeant = (commit) => commit !== undefined && (full === undefined ? /^[0-9a-f]{4,}$/i.test(name) && commit.startsWith(name.toLowerCase()) : commit === full);
  const told = await tellerOf(vault, isMeant, signal, onProgress);
  if (!told) {
    throw new ConvoSyncError('usage', marked`No session tells what was said up to ${full?.slice(0, 7) ?? `“${name}”`}.`);
  }
  const { session, manifest, commit } = told;
  await bringCommits(parts, { ...checkout, source: vault }, session, manifest.code, signal);
  const opened = await openIn(parts, checkout, session.outline.id, options);
  return {
    session,
    manifest,
    commit,
    isHere: (await resolveCommit(repository, commit, signal)) !== undefined,
    conversations: opened.conversations.map((conversation) => {
      const stored = manifest.conversations.find(({ agent, id }) => agent === conversation.agent && id === conversation.id);
      const messages = conversation.messages.slice(0, stored && endAt(stored, commit, manifest.code.commit));
      return { ...conversation, messages, of: conversation.messages.length };
    }),
  };
}

/** The oldest that was saved at it, else the newest in whose conversations it came to be. */
async function tellerOf(vault: Vault, isMeant: IsMeant, signal?: AbortSignal, onProgress?: OnProgress): Promise<Told | undefined> {
  const { sessions } = vault.state;
  const savedAtIt = sessions.findLast(({ summary }) => isMeant(summary.commit));
  if (savedAtIt) {
    return { session: savedAtIt, manifest: await vault.contents.readManifest(savedAtIt, signal), commit: savedAtIt.summary.commit };
  }
  for (const [done, session] of sessions.entries()) {
    onProgress?.({ phase: 'list', done, total: sessions.length });
    const manifest = await vault.contents.readManifest(session, signal);
    const commit = manifest.conversations.flatMap(({ context }) => context).find((run) => isMeant(run.commit))?.commit;
    if (commit !== undefined) {
      return { session, manifest, commit };
    }
  }
  return undefined;
}

/** How many messages were said before the commit came to be; all where it came with the save, and what was said at it where the conversation began there. */
function endAt({ context }: StoredConversation, commit: string, saved: string): number | undefined {
  const first = context.find((run) => run.commit === commit);
  if (!first) {
    return commit === saved ? undefined : 0;
  }
  return first.from > 0 ? first.from : first.to + 1;
}
