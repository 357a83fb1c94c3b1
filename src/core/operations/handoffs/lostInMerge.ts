/**
 * What a merge has lost of the plugin's single file, told from the vault: the newest handoff that each other device has
 * written there in a commit which is part of HEAD, and that the file has no more. Where no merge lies between, a person took
 * it out, and it stays out.
 */
import * as path from 'node:path';
import { tryReadFile } from '../../common/files.ts';
import { hasCommit, hasMergeSince, isAncestor } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import { distinctDeviceName } from '../../session/handoff/inRepository.ts';
import { parseHandoff } from '../../session/handoff/parse.ts';
import { lacksHandoff, type NamedHandoff, pluginHandoffFile } from '../../session/handoff/pluginFile.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Parts } from '../parts.ts';

/** Of each device this many of its last sessions are asked whether HEAD has them. */
const lastOf = 20;

/** Nothing where the person does not keep the plugin's file. */
export async function handoffsLostInMerge({ machine, device }: Parts, repository: Repository, vault: Vault | undefined, signal?: AbortSignal): Promise<NamedHandoff[]> {
  if (machine.handoffFile !== 'plugin' || !vault) {
    return [];
  }
  const text = (await tryReadFile(path.join(repository.top, pluginHandoffFile))) ?? '';
  const devices = [...vault.state.devices.values()].map(({ device: each }) => each);
  const lost: NamedHandoff[] = [];
  for (const other of devices.filter(({ id }) => id !== device.id)) {
    const session = await lastPartOfHead(repository, vault.state.sessions.filter((each) => each.device.id === other.id && each.summary.handoffFile === pluginHandoffFile), signal);
    if (session && (await hasMergeSince(repository, session.summary.commit, signal))) {
      const { handoff } = await vault.contents.readManifest(session, signal);
      const named = { device: distinctDeviceName(other, devices), handoff: parseHandoff(handoff) };
      lost.push(...(lacksHandoff(text, named) ? [named] : []));
    }
  }
  return lost;
}

/** @param sessions newest first */
async function lastPartOfHead(repository: Repository, sessions: readonly SavedSession[], signal?: AbortSignal): Promise<SavedSession | undefined> {
  for (const session of sessions.slice(0, lastOf)) {
    const { commit } = session.summary;
    if ((await hasCommit(repository, commit, signal)) && (await isAncestor(repository, commit, 'HEAD', signal))) {
      return session;
    }
  }
  return undefined;
}
