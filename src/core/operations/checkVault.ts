/**
 * Proving that every session of a vault can be resumed: all that it names is read from the place and checked. What is not as
 * it should be, and this device still holds, is stored again.
 */
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import type { StoredFile } from '../session/session.ts';
import { filesOf } from '../session/storedFiles.ts';
import { forgetStored } from '../vault/installMap.ts';
import { LogIndex } from '../vault/logIndex.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import { findSurroundings, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { isFault, mendSession, nameOfObject } from './mending.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import type { CheckReport } from './report.ts';
import { rememberedHere } from './vaultChoice.ts';

/** @throws ConvoSyncError why the vault cannot be read at all; what is wrong with single sessions is in the report */
export async function checkVault(parts: Parts, folder: string, { vault: choice, signal, onProgress }: RunOptions & { vault?: VaultChoice | undefined }): Promise<CheckReport> {
  onProgress?.({ phase: 'list' });
  await forgetProven(parts, folder, signal);
  const checkout = await openCheckout(parts, folder, { refresh: true, readsAll: true, choice, signal });
  const { vault, problem } = checkout;
  if (problem) {
    throw problem;
  }
  if (!vault) {
    throw new ConvoSyncError('vault-not-found', 'There is no vault here yet.');
  }
  assertTrusted(vault);
  const sessions = [...vault.state.sessions, ...vault.state.trash];
  const report: Omit<CheckReport, 'bytes'> = { sessions: sessions.length, mended: [], faults: [] };
  const proven: Proven = { chains: new Set(), bytes: 0 };
  const faulty = new Set<string>();
  const proveFile = async (session: SavedSession, file: StoredFile, known: Proven): Promise<void> => {
    const chains = chainsOf(file);
    // Later saves of a conversation begin with the chunks of earlier ones: the newest proves them all.
    if (known.chains.has(chains.at(-1) ?? '')) {
      return;
    }
    for await (const piece of vault.contents.read(file, session, signal)) {
      known.bytes += piece.byteLength;
    }
    chains.forEach((chain) => known.chains.add(chain));
  };
  const prove = async (session: SavedSession, known = proven): Promise<void> => {
    for (const file of filesOf(await vault.contents.readManifest(session, signal))) {
      await proveFile(session, file, known);
    }
  };
  /** The first object of each of its files that is not as it should be; none where it cannot be told what its files are. */
  const faultyIn = async (session: SavedSession): Promise<string[]> => {
    const files = await vault.contents.readManifest(session, signal).then(filesOf, () => []);
    const errors = await Promise.all(files.map((file) => tryProve(() => proveFile(session, file, { chains: new Set(), bytes: 0 }))));
    return errors.flatMap((error) => (error ? (nameOfObject(error) ?? []) : []));
  };
  for (const [index, session] of sessions.entries()) {
    throwIfCancelled(signal);
    onProgress?.({ phase: 'verify', done: index, total: sessions.length });
    const fault = await tryProve(() => prove(session));
    if (!fault) {
      continue;
    }
    // What is proven meanwhile is read in part from here: it does not count.
    const objects = await tryMend(parts, { ...checkout, vault }, session, () => prove(session, { chains: new Set(), bytes: 0 }), signal);
    const error = objects === 0 ? fault : await tryProve(() => prove(session));
    const { id, message, conversations } = session.summary;
    if (!error) {
      report.mended.push({ session: id, message, objects });
    } else {
      report.faults.push({ session: id, message, error });
      // The next save of these conversations stores them as a whole again, instead of building upon what is not there.
      for (const name of await faultyIn(session)) {
        faulty.add(name);
      }
      await vault.contents.leanOnNothing();
      await Promise.all(conversations.map((conversation) => forgetStored(parts.home, vault.id, conversation.agent, conversation.id)));
    }
  }
  await vault.noteFaulty([...faulty]);
  onProgress?.({ phase: 'verify', done: sessions.length, total: sessions.length });
  return { ...report, bytes: proven.bytes };
}

/** @throws ConvoSyncError what is wrong with the log of a device */
export function assertTrusted({ distrusted }: Vault): void {
  for (const problem of distrusted.values()) {
    throw problem;
  }
}

/** What is wrong with the first object that is not as it should be. */
async function tryProve(prove: () => Promise<void>): Promise<ConvoSyncError | undefined> {
  try {
    await prove();
    return undefined;
  } catch (error) {
    if (isFault(error)) {
      return error;
    }
    throw error;
  }
}

/** As `mendSession`; 0 also where the place takes nothing. */
async function tryMend(...[parts, ...request]: Parameters<typeof mendSession>): Promise<number> {
  try {
    return await mendSession(parts, ...request);
  } catch (error) {
    if (!ConvoSyncError.is(error) || error.code === 'cancelled') {
      throw error;
    }
    parts.logger.warn(`nothing could be mended: ${error.code}`);
    return 0;
  }
}

/** The logs are read from the place as well, not from what was proven here before. */
async function forgetProven(parts: Parts, folder: string, signal?: AbortSignal): Promise<void> {
  const { around } = await findSurroundings(parts, folder, { refresh: false, signal });
  const vault = await rememberedHere(parts, around);
  if (vault !== undefined) {
    await new LogIndex({ home: parts.home, vault, logger: parts.logger }).forget();
  }
}

/** What was read and is as it should be. */
interface Proven {
  chains: Set<string>;
  bytes: number;
}

/** What names the first chunk, the first two, and so on; for an empty file nothing. */
function chainsOf({ chunks }: StoredFile): string[] {
  let chain = '';
  return chunks.map(({ name }) => (chain = sha256(`${chain} ${name}`)));
}
