/** The handoff as it is kept in the repository, for people and agents without ConvoSync, where the user wants it. */
import { tryReadFile } from '../../common/files.ts';
import type { Device } from '../../session/device.ts';
import { distinctDeviceName, handoffPath } from '../../session/handoff/inRepository.ts';
import { parseHandoff } from '../../session/handoff/parse.ts';
import { pluginHandoffFile, writePluginHandoff } from '../../session/handoff/pluginFile.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Checkout } from '../checkout.ts';
import { handoffsLostInMerge } from '../handoffs/lostInMerge.ts';
import type { Parts } from '../parts.ts';

/** Relative to the repository's top, with `/`; undefined when none is kept. */
export function handoffFileOf(parts: Parts, vault: Vault | undefined): string | undefined {
  switch (parts.machine.handoffFile) {
    case 'device':
      return handoffPath(parts.device, devicesOf(vault));
    case 'plugin':
      return pluginHandoffFile;
    case 'none':
      return undefined;
  }
}

/** The whole new content of the file; in the plugin's, what other devices wrote stays, and what a merge lost of it comes back. */
export async function handoffFileContent(parts: Parts, { repository, vault }: Checkout, absolute: string, handoff: string, signal?: AbortSignal): Promise<string> {
  if (parts.machine.handoffFile !== 'plugin') {
    return handoff;
  }
  const own = { device: distinctDeviceName(parts.device, devicesOf(vault)), handoff: parseHandoff(handoff) };
  const lost = await handoffsLostInMerge(parts, repository, vault, signal);
  return [...lost, own].reduce<string | undefined>((text, each) => writePluginHandoff(text, each.device, each.handoff), await tryReadFile(absolute)) ?? '';
}

function devicesOf(vault: Vault | undefined): Device[] {
  return [...(vault?.state.devices.values() ?? [])].map(({ device }) => device);
}
