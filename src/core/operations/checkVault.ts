/** Proving that every session of a vault can be resumed: all that it names is read from the place and checked. */
import { rm } from 'node:fs/promises';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import type { StoredFile } from '../session/session.ts';
import { removeInstallMap } from '../vault/installMap.ts';
import { provenLogsFile } from '../vault/provenLogs.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import { findSurroundings, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import type { CheckReport } from './report.ts';
import { rememberedHere } from './vaultChoice.ts';

/** @throws ConvoSyncError why the vault cannot be read at all; what is wrong with single sessions is in the report */
export async function checkVault(parts: Parts, folder: string, { vault: choice, signal, onProgress }: RunOptions & { vault?: VaultChoice | undefined }): Promise<CheckReport> {
  onProgress?.({ phase: 'list' });
  await forgetProven(parts, folder, signal);
  const { vault, problem } = await openCheckout(parts, folder, { refresh: true, readsAll: true, choice, signal });
  if (problem) {
    throw problem;
  }
  if (!vault) {
    throw new ConvoSyncError('vault-not-found', 'There is no vault here yet.');
  }
  assertTrusted(vault);
  const sessions = [...vault.state.sessions, ...vault.state.trash];
  const report: CheckReport = { sessions: sessions.length, bytes: 0, faults: [] };
  const proven = new Set<string>();
  const prove = async (session: SavedSession, file: StoredFile): Promise<void> => {
    const chains = chainsOf(file);
    // Later saves of a conversation begin with the chunks of earlier ones: the newest proves them all.
    if (proven.has(chains.at(-1) ?? '')) {
      return;
    }
    for await (const piece of vault.contents.read(file, session, signal)) {
      report.bytes += piece.byteLength;
    }
    chains.forEach((chain) => proven.add(chain));
  };
  for (const [index, session] of sessions.entries()) {
    throwIfCancelled(signal);
    onProgress?.({ phase: 'verify', done: index, total: sessions.length });
    try {
      const { conversations, code } = await vault.contents.readManifest(session, signal);
      for (const file of [...conversations.flatMap(({ files }) => files), ...code.bundles.map(({ file }) => file)]) {
        await prove(session, file);
      }
    } catch (error) {
      if (!ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-newer-format', 'object-missing')) {
        throw error;
      }
      report.faults.push({ session: session.summary.id, message: session.summary.message, error });
      // The next save of these conversations stores them as a whole again, instead of building upon what is not there.
      await vault.contents.leanOnNothing();
      await Promise.all(session.summary.conversations.map(({ agent, id }) => removeInstallMap(parts.home, vault.id, agent, id)));
    }
  }
  onProgress?.({ phase: 'verify', done: sessions.length, total: sessions.length });
  return report;
}

/** @throws ConvoSyncError what is wrong with the log of a device */
export function assertTrusted({ distrusted }: Vault): void {
  for (const problem of distrusted.values()) {
    throw problem;
  }
}

/** The logs are read from the place as well, not from what was proven here before. */
async function forgetProven(parts: Parts, folder: string, signal?: AbortSignal): Promise<void> {
  const { around } = await findSurroundings(parts, folder, { refresh: false, signal });
  const vault = await rememberedHere(parts, around);
  if (vault !== undefined) {
    await rm(provenLogsFile(parts.home, vault), { force: true });
  }
}

/** What names the first chunk, the first two, and so on; for an empty file nothing. */
function chainsOf({ chunks }: StoredFile): string[] {
  let chain = '';
  return chunks.map(({ name }) => (chain = sha256(`${chain} ${name}`)));
}
