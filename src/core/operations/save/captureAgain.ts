/**
 * A session that waited too long to be sent may build on objects that are gone since: no session that others knew of needed
 * them. What it is made of is then captured from this device once more, as a whole, and is the same byte by byte.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import type { StoredCode, StoredConversation, StoredSnapshot } from '../../session/session.ts';
import { removeInstallMap } from '../../vault/installMap.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Checkout } from '../checkout.ts';
import { findConversations } from '../conversations.ts';
import { agentOf, type Parts } from '../parts.ts';
import { captureBundles, seal } from './capture.ts';

/** Under the vault's lock. Throws `lost` again where this device does not have all of it any more. */
export async function captureAgain(parts: Parts, checkout: Checkout & { vault: Vault }, lost: ConvoSyncError, signal?: AbortSignal): Promise<void> {
  const { vault, repository } = checkout;
  const session = vault.state.sessions.find(({ outline, queued }) => queued && outline.id === lost.details['session']);
  if (!session) {
    throw lost;
  }
  const manifest = await vault.contents.readManifest(session, signal);
  const { conversations: found } = await findConversations(parts, repository.top, signal);
  const conversations: StoredConversation[] = [];
  for (const stored of manifest.conversations) {
    const here = found.find(({ agent, id }) => agent === stored.agent && id === stored.id);
    const present = here ? ((await agentOf(parts, here.agent)?.files(here, signal)) ?? []) : [];
    const files: StoredConversation['files'] = [];
    for (const file of stored.files) {
      const source = present.find((one) => one.path === file.path && one.size >= file.size);
      const again = source && (await vault.contents.capture({ ...source, size: file.size }, { ...file, chunks: [] }, signal));
      if (again?.sha256 !== file.sha256) {
        throw lost;
      }
      files.push(again);
    }
    conversations.push({ ...stored, files });
    await removeInstallMap(parts.home, vault.id, stored.agent, stored.id);
  }
  const { code } = manifest;
  const bundles = await captureBundles(parts, { ...checkout, view: undefined }, code, signal);
  const snapshot = code.snapshot && (await captureSnapshotAgain(parts, checkout, code, signal));
  if (snapshot?.commit !== code.snapshot?.commit) {
    throw lost;
  }
  await vault.contents.leanOnNothing();
  await seal(vault, { ...manifest, conversations, code: { ...code, bundles, ...(snapshot ? { snapshot } : {}) } }, session.summary, (await vault.pendingCode()) ? code : undefined);
}

/** The same commit as long as the working tree is as it was; a session that holds all of it left nothing out. */
async function captureSnapshotAgain(parts: Parts, checkout: Checkout & { vault: Vault }, { commit, clean }: StoredCode, signal?: AbortSignal): Promise<StoredSnapshot | undefined> {
  const { storeSnapshot } = await import('../snapshots.ts');
  return (await storeSnapshot(parts, checkout, commit, clean, signal)).snapshot;
}
