/**
 * A session that waited too long to be sent may build on objects that are gone since: no session that others knew of needed
 * them. What it is made of is then captured from this device once more, as a whole, and is the same byte by byte.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import { hasCommit } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import type { StoredCode, StoredCompanion, StoredConversation, StoredSnapshot } from '../../session/session.ts';
import { forgetStored, readInstallMap } from '../../vault/installMap.ts';
import type { Vault } from '../../vault/vault.ts';
import { type Checkout, findSurroundings } from '../checkout.ts';
import { findCompanion } from '../companions.ts';
import { findConversations } from '../conversations.ts';
import { agentOf, type Parts } from '../parts.ts';
import { bundleCommits, captureBundles, seal } from './capture.ts';
import { findDefaultBranch } from './defaultBranch.ts';

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
    const map = await readInstallMap(parts.home, vault.id, stored.agent, stored.id);
    const files: StoredConversation['files'] = [];
    for (const file of stored.files) {
      const source = present.find((one) => one.path === file.path);
      const again = source && (await vault.contents.capture({ ...source, adaptations: map?.adaptations?.[file.path] ?? [], upTo: file.size }, { ...file, chunks: [] }, signal));
      if (again?.sha256 !== file.sha256) {
        throw lost;
      }
      files.push(again);
    }
    conversations.push({ ...stored, files });
    await forgetStored(parts.home, vault.id, stored.agent, stored.id);
  }
  const { code } = manifest;
  const bundles = await captureBundles(parts, { ...checkout, view: undefined }, code, signal);
  const snapshot = code.snapshot && (await captureSnapshotAgain(parts, { repository, vault }, code, signal));
  if (snapshot?.commit !== code.snapshot?.commit) {
    throw lost;
  }
  const companions = manifest.companions && (await Promise.all(manifest.companions.map((companion) => captureCompanionAgain(parts, checkout, companion, lost, signal))));
  await vault.contents.leanOnNothing();
  await seal(vault, { ...manifest, conversations, code: { ...code, bundles, ...(snapshot ? { snapshot } : {}) }, ...(companions ? { companions } : {}) }, session.summary, (await vault.pendingCode()) ? code : undefined);
}

async function captureCompanionAgain(parts: Parts, { repository: main, vault }: Checkout & { vault: Vault }, companion: StoredCompanion, lost: ConvoSyncError, signal?: AbortSignal): Promise<StoredCompanion> {
  const repository = await findCompanion(parts, main, companion, [], signal);
  if (!repository || !(await hasCommit(repository, companion.commit, signal))) {
    throw lost;
  }
  const { around } = await findSurroundings(parts, repository, { refresh: false, signal });
  const { tip: base } = await findDefaultBranch(around, signal);
  const bundles = await bundleCommits(parts, { repository, vault }, { branch: companion.branch, commit: companion.commit, base, codeIn: () => undefined }, signal);
  const snapshot = companion.snapshot && (await captureSnapshotAgain(parts, { repository, vault }, companion, signal));
  if (snapshot?.commit !== companion.snapshot?.commit) {
    throw lost;
  }
  return { ...companion, bundles, ...(snapshot ? { snapshot } : {}) };
}

/** The same commit as long as the working tree is as it was; a session that holds all of it left nothing out. */
async function captureSnapshotAgain(parts: Parts, source: { repository: Repository; vault: Vault }, { commit, clean }: StoredCode, signal?: AbortSignal): Promise<StoredSnapshot | undefined> {
  const { storeSnapshot } = await import('../snapshots.ts');
  return (await storeSnapshot(parts, source, commit, clean, signal)).snapshot;
}
