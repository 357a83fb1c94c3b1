/**
 * Handoffs that lie in the working tree alone: of devices that write the plugin's single file and save nothing with ConvoSync,
 * such as a phone. What others wrote is text from anywhere.
 */
import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { isMissing } from '../../common/files.ts';
import type { Device } from '../../session/device.ts';
import { distinctDeviceName } from '../../session/handoff/inRepository.ts';
import { titleText } from '../../session/handoff/markdown.ts';
import { pluginHandoffFile, readPluginHandoffs } from '../../session/handoff/pluginFile.ts';
import { renderHandoff } from '../../session/handoff/render.ts';
import type { Vault } from '../../vault/vault.ts';

export interface RepositoryHandoff {
  /** Relative to the repository's top, with `/`. */
  file: string;
  /** As its block is headed. */
  device: string;
  /** ISO 8601 in UTC, by the clock of that device; absent where it does not say. */
  at?: string;
  markdown: string;
}

/** Bytes that are read: the newest handoffs stand at the end, and thousands of them fit. */
const longest = 1024 * 1024;

/** One for each device that the vault does not know, its last; the newest first, and those without a time at the end. */
export async function handoffsInRepository(top: string, here: Device, vault: Vault | undefined): Promise<RepositoryHandoff[]> {
  const devices = [here, ...[...(vault?.state.devices.values() ?? [])].map(({ device }) => device).filter(({ id }) => id !== here.id)];
  const known = new Set(devices.flatMap((device) => [device.name, distinctDeviceName(device, devices)].map(titleText)));
  const found = new Map<string, RepositoryHandoff>();
  for (const handoff of readPluginHandoffs(await readEnd(path.join(top, ...pluginHandoffFile.split('/'))))) {
    const device = handoff.device?.name;
    if (device !== undefined && !known.has(device) && (handoff.at ?? '') >= (found.get(device)?.at ?? '')) {
      found.set(device, { file: pluginHandoffFile, device, ...(handoff.at === undefined ? {} : { at: handoff.at }), markdown: renderHandoff(handoff) });
    }
  }
  return [...found.values()].sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}

async function readEnd(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    const length = Math.min(size, longest);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (isMissing(error)) {
      return '';
    }
    throw error;
  }
}
