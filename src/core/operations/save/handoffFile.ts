/** The handoff as it is kept in the repository, for people and agents without ConvoSync, where the user wants it. */
import { tryReadFile } from '../../common/files.ts';
import type { Device } from '../../session/device.ts';
import { distinctDeviceName, handoffPath } from '../../session/handoff/inRepository.ts';
import { parseHandoff } from '../../session/handoff/parse.ts';
import { pluginHandoffFile, writePluginHandoff } from '../../session/handoff/pluginFile.ts';
import type { Vault } from '../../vault/vault.ts';
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

/** The whole new content of the file; in the plugin's, what other devices wrote stays. */
export async function handoffFileContent(parts: Parts, vault: Vault | undefined, absolute: string, handoff: string): Promise<string> {
  return parts.machine.handoffFile === 'plugin'
    ? writePluginHandoff(await tryReadFile(absolute), distinctDeviceName(parts.device, devicesOf(vault)), parseHandoff(handoff))
    : handoff;
}

function devicesOf(vault: Vault | undefined): Device[] {
  return [...(vault?.state.devices.values() ?? [])].map(({ device }) => device);
}
