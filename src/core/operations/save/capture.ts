/** Capture and seal: from what is on this machine to a record in the outbox. */
import { rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import { randomId } from '../../common/hash.ts';
import { createBundle } from '../../git/bundle.ts';
import { hasCommit, isAncestor } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import type { Head } from '../../git/workingTree.ts';
import { handoffExcerpt } from '../../session/handoff/excerpt.ts';
import { parseHandoff } from '../../session/handoff/parse.ts';
import type { SessionManifest, SessionSummary, StoredBundle, StoredCode, StoredConversation } from '../../session/session.ts';
import { readInstallMap, writeInstallMap } from '../../vault/installMap.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Checkout } from '../checkout.ts';
import { contextAt, findConversations, type ReadConversation, readConversation } from '../conversations.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { SaveStep } from '../plan.ts';
import { redactionsFor } from '../secrets.ts';
import { findDefaultBranch } from './defaultBranch.ts';

type WithVault = Checkout & { vault: Vault };

interface Capturing {
  step: Extract<SaveStep, { kind: 'capture' }>;
  session: string;
  /** Where HEAD is, the save's own commit included. */
  head: Head;
}

/** @throws ConvoSyncError `conversation-not-found`, `conversation-unreadable` */
export async function captureConversation(parts: Parts, { repository, vault }: WithVault, { step, session, head }: Capturing, { signal, onProgress }: RunOptions): Promise<StoredConversation> {
  const { conversations } = await findConversations(parts, repository.top, signal);
  const found = conversations.find(({ agent, id }) => agent === step.agent && id === step.conversation);
  if (!found) {
    throw new ConvoSyncError('conversation-not-found', 'The conversation is not there any more.', { details: { agent: step.agent, conversation: step.conversation } });
  }
  const read = await readConversation(parts, found, { wanted: 'context', contextOf: contextAt(repository, head, signal), signal });
  const map = await readInstallMap(parts.home, vault.id, read.agent.id, found.id);
  const leaveOut = await redactionsFor(parts, repository, signal);
  const files: StoredConversation['files'] = [];
  for (const [index, file] of read.files.entries()) {
    onProgress?.({ phase: 'capture', done: index, total: read.files.length });
    files.push(await vault.contents.capture({ ...file, adaptations: map?.adaptations?.[file.path] ?? [], redactions: leaveOut(file) }, map?.files[file.path], signal));
  }
  onProgress?.({ phase: 'capture', done: files.length, total: files.length });
  await writeInstallMap(parts.home, vault.id, {
    v: 1, agent: read.agent.id, conversation: found.id, session, files: Object.fromEntries(files.map((file) => [file.path, file])),
    ...(map?.adaptations ? { adaptations: map.adaptations } : {}),
    ...(map?.forkOf ? { forkOf: map.forkOf } : {}),
  });
  return describe(read, files, step.title, map?.forkOf);
}

/** Bundles for the commits that the remote's default branch does not have, building on those of an earlier session. */
export async function captureBundles(parts: Parts, checkout: WithVault, { branch, commit }: { branch?: string | undefined; commit: string }, signal?: AbortSignal): Promise<StoredBundle[]> {
  const { tip: base } = await findDefaultBranch(checkout, signal);
  return bundleCommits(parts, checkout, { branch, commit, base, codeIn: ({ code }) => code }, signal);
}

export interface CommitsToBundle {
  branch: string | undefined;
  commit: string;
  /** What leads to it is not stored. */
  base: string | undefined;
  /** What an earlier session says of this repository. */
  codeIn: (manifest: SessionManifest) => StoredCode | undefined;
}

export async function bundleCommits(parts: Parts, { repository, vault }: { repository: Repository; vault: Vault }, commits: CommitsToBundle, signal?: AbortSignal): Promise<StoredBundle[]> {
  const { branch, commit, base } = commits;
  if (base !== undefined && (await isAncestor(repository, commit, base, signal))) {
    return [];
  }
  const earlier = await earlierBundles(repository, vault, commits, signal);
  const file = path.join(parts.home.root, 'cache', `${randomId()}.bundle`);
  try {
    const created = await createBundle(repository, { tip: commit, excluding: [...(base === undefined ? [] : [base]), ...earlier.map(({ tip }) => tip)] }, file, signal);
    if (!created) {
      return earlier;
    }
    const { size } = await stat(file);
    const stored = await vault.contents.capture({ absolute: file, size, path: `code/${branch ?? 'detached'}.bundle` }, undefined, signal);
    return [...earlier, { tip: commit, prerequisites: created.prerequisites, file: stored }];
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Makes a record of what was captured: the instant from which the session is safe on this device.
 *
 * @param waiting the code that still waits to be pushed with it; by default its own, where it is to be pushed
 */
export async function seal(vault: Vault, manifest: SessionManifest, said: Pick<SessionSummary, 'message' | 'savedAt' | 'handoffFile' | 'automatic'>, waiting: StoredCode | undefined = manifest.code.pushed ? manifest.code : undefined): Promise<SessionSummary> {
  const isAlike = ({ outline }: SavedSession): boolean => outline.conversations.some(({ id }) => manifest.conversations.some((conversation) => conversation.id === id));
  const name = await vault.contents.storeManifest(manifest, vault.state.sessions.find(isAlike) ?? vault.state.sessions[0]);
  const { code } = manifest;
  const summary: SessionSummary = {
    id: manifest.session,
    savedAt: said.savedAt,
    message: said.message,
    repository: code.repository,
    commit: code.commit,
    subject: code.subject,
    ...(code.branch === undefined ? {} : { branch: code.branch }),
    ...(manifest.companions ? { companions: manifest.companions.map(({ repository, branch: on, commit }) => ({ name: repository.name, commit, ...(on === undefined ? {} : { branch: on }) })) } : {}),
    conversations: manifest.conversations.map(({ agent, id, title, messages, issues, damaged, files }) => ({
      agent, id, messages, issues, bytes: files.reduce((sum, { size }) => sum + size, 0), ...(title === undefined ? {} : { title }),
      ...(damaged === undefined ? {} : { damaged }),
    })),
    ...(said.handoffFile === undefined ? {} : { handoffFile: said.handoffFile }),
    ...(said.automatic ? { automatic: said.automatic } : {}),
    excerpt: manifest.handoff === '' ? '' : handoffExcerpt(parseHandoff(manifest.handoff)),
    stored: await vault.contents.waitingSize(),
    manifest: name,
  };
  const branch = waiting?.branch;
  await vault.append({ type: 'session', summary }, waiting && branch !== undefined ? { commit: waiting.commit, branch } : undefined);
  return summary;
}

function describe(read: ReadConversation, files: StoredConversation['files'], title: string | undefined, forkOf: StoredConversation['forkOf']): StoredConversation {
  const { transcript, found, agent } = read;
  const { messages, issues, damaged } = transcript.counted;
  return {
    agent: agent.id,
    id: found.id,
    messages,
    issues,
    ...(damaged > 0 ? { damaged } : {}),
    files,
    context: transcript.context,
    folder: found.folder,
    ...(title === undefined ? {} : { title }),
    ...(forkOf ? { forkOf } : {}),
  };
}

/** The bundles of this branch's last session that still lead to `commit`; none after a rebase. */
async function earlierBundles(repository: Repository, vault: Vault, { branch, commit, codeIn }: CommitsToBundle, signal?: AbortSignal): Promise<StoredBundle[]> {
  const last = vault.state.sessions.find(({ summary }) => [summary, ...(summary.companions ?? [])].some((code) => code.branch === branch));
  if (!last) {
    return [];
  }
  try {
    const code = codeIn(await vault.contents.readManifest(last, signal));
    const tip = code?.bundles.every(({ file }) => vault.contents.canBuildOn(file)) === true ? code.bundles.at(-1)?.tip : undefined;
    return code && tip !== undefined && (await hasCommit(repository, tip, signal)) && (await isAncestor(repository, tip, commit, signal)) ? code.bundles : [];
  } catch (error) {
    // An unreadable earlier session costs only the space that building on it would have saved.
    if (ConvoSyncError.is(error) && error.code !== 'cancelled') {
      return [];
    }
    throw error;
  }
}
