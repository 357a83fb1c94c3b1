/**
 * Mending: what a session is made of is damaged or gone at the place, and this device still holds the same bytes, in the
 * transcripts of its agents or among the manifests read lately. Their names prove that they are the same.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { SessionManifest, StoredConversation } from '../session/session.ts';
import type { CaptureSource } from '../vault/fileStore.ts';
import { listInstallMaps, readInstallMap } from '../vault/installMap.ts';
import type { ObjectPlace } from '../vault/object.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import type { Checkout } from './checkout.ts';
import { findConversations } from './conversations.ts';
import { withVaultLocked } from './locks.ts';
import { agentOf, type Parts } from './parts.ts';

/** What is wrong with an object, and not with the way to it. */
export function isFault(error: unknown): error is ConvoSyncError {
  return ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-newer-format', 'object-missing');
}

/**
 * Stores what it can of a session again, and says how many objects that are: 0 where this device has none of them.
 *
 * @param prove reads all of the session, and throws what is wrong with the first object that is not as it should be
 */
export async function mendSession(parts: Parts, checkout: Checkout & { vault: Vault }, session: SavedSession, prove: () => Promise<void>, signal?: AbortSignal): Promise<number> {
  const { vault } = checkout;
  return withVaultLocked(parts, vault, { purpose: 'mending', signal }, async () => {
    const mended = new Map<string, ObjectPlace>();
    for (;;) {
      const name = await faultyObject(prove);
      const place = name === undefined || mended.has(name) ? undefined : await restore(parts, checkout, session, name, signal);
      if (name === undefined || !place) {
        await vault.mend([...mended.values()], signal);
        return mended.size;
      }
      mended.set(name, place);
    }
  });
}

/** The name of the first object that is not as it should be. */
async function faultyObject(prove: () => Promise<void>): Promise<string | undefined> {
  try {
    await prove();
    return undefined;
  } catch (error) {
    const name = isFault(error) ? nameOfObject(error) : undefined;
    if (name === undefined) {
      throw error;
    }
    return name;
  }
}

/** Of the object that the fault is about; undefined where it is about none. */
export function nameOfObject({ details: { object } }: ConvoSyncError): string | undefined {
  return typeof object === 'string' ? object.slice(object.lastIndexOf('/') + 1) : undefined;
}

async function restore(parts: Parts, { repository, vault }: Checkout & { vault: Vault }, session: SavedSession, name: string, signal?: AbortSignal): Promise<ObjectPlace | undefined> {
  const manifest = await tryManifest(vault, session, signal);
  if (!manifest) {
    return vault.contents.restoreManifest(session, name, signal);
  }
  for (const conversation of manifest.conversations) {
    const file = conversation.files.find(({ chunks }) => chunks.some((chunk) => chunk.name === name));
    for (const source of file ? await sourcesOf(parts, { repository, vault }, conversation, signal) : []) {
      const place = file?.path === source.path ? await vault.contents.restoreChunk(file, name, source) : undefined;
      if (place) {
        return place;
      }
    }
  }
  return undefined;
}

async function tryManifest(vault: Vault, session: SavedSession, signal?: AbortSignal): Promise<SessionManifest | undefined> {
  try {
    return await vault.contents.readManifest(session, signal);
  } catch (error) {
    if (isFault(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The files of a conversation, and of those that were put beside it, as their agent has them here. */
async function sourcesOf(parts: Parts, { repository, vault }: Pick<Checkout, 'repository'> & { vault: Vault }, { agent, id }: StoredConversation, signal?: AbortSignal): Promise<CaptureSource[]> {
  const { conversations } = await findConversations(parts, repository.top, signal);
  const forks = (await listInstallMaps(parts.home, vault.id)).filter(({ forkOf }) => forkOf?.id === id).map(({ conversation }) => conversation);
  const found = conversations.filter((one) => one.agent === agent && [id, ...forks].includes(one.id));
  const sources = await Promise.all(found.map(async (one) => {
    const map = await readInstallMap(parts.home, vault.id, agent, one.id);
    const files = (await agentOf(parts, agent)?.files(one, signal)) ?? [];
    return files.map((file): CaptureSource => ({ ...file, adaptations: map?.adaptations?.[file.path] ?? [] }));
  }));
  return sources.flat();
}
