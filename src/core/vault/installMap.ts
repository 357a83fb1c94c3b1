/**
 * What stands on this machine and in which stored bytes it began. After a capture and after an install, every file
 * is noted with the stored file it equals; a later capture proves that the file still begins so and stores only the
 * tail. A lost map costs space, never bytes: the file is then stored as a new version.
 */
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { isMissing } from '../common/files.ts';
import { sha256 } from '../common/hash.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import { Adaptation } from '../session/adaptation.ts';
import { StoredConversation, StoredFile } from '../session/session.ts';
import type { ObjectPlace } from './object.ts';

const InstallMap = z.object({
  v: z.literal(1),
  agent: z.string(),
  conversation: z.string(),
  /** The session the files were last captured for or installed from. */
  session: z.string(),
  /** Set when the conversation was installed as a fork: whose continuation it is. */
  forkOf: StoredConversation.shape.forkOf,
  files: z.record(z.string(), StoredFile),
  /** What stands otherwise in a file here than it is stored, for the agent to find and continue it. */
  adaptations: z.record(z.string(), z.array(Adaptation)).optional(),
});
export type InstallMap = z.infer<typeof InstallMap>;

export async function readInstallMap(home: Home, vault: string, agent: string, conversation: string): Promise<InstallMap | undefined> {
  return readDocument(mapFile(home, vault, agent, conversation), InstallMap);
}

/** All maps of a vault, in no particular order. */
export async function listInstallMaps(home: Home, vault: string): Promise<InstallMap[]> {
  const folder = path.join(home.installsFolder, vault);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
  const maps = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readDocument(path.join(folder, name), InstallMap)));
  return maps.filter((map) => map !== undefined);
}

export async function writeInstallMap(home: Home, vault: string, map: InstallMap): Promise<void> {
  await writeDocument(mapFile(home, vault, map.agent, map.conversation), map);
}

/**
 * Objects were stored once more, and are built upon where they lie now.
 *
 * @param moved by the names of before
 * @param epoch in which they were stored, where that matters; of a file that moved in part it stays that of before
 */
export async function noteMoved(home: Home, vault: string, moved: ReadonlyMap<string, ObjectPlace>, epoch?: number): Promise<void> {
  for (const map of await listInstallMaps(home, vault)) {
    if (Object.values(map.files).some(({ chunks }) => chunks.some(({ name }) => moved.has(name)))) {
      const files = Object.entries(map.files).map(([file, { chunks, ...stored }]) => [file, {
        ...stored,
        chunks: chunks.map((chunk) => ({ ...chunk, ...moved.get(chunk.name) })),
        ...(epoch !== undefined && chunks.every(({ name }) => moved.has(name)) ? { epoch } : {}),
      }] as const);
      await writeInstallMap(home, vault, { ...map, files: Object.fromEntries(files) });
    }
  }
}

/** From then on the conversation is stored as a whole again. */
export async function forgetStored(home: Home, vault: string, agent: string, conversation: string): Promise<void> {
  const map = await readInstallMap(home, vault, agent, conversation);
  if (map) {
    const files = Object.entries(map.files).map(([file, stored]): [string, StoredFile] => [file, { ...stored, chunks: [] }]);
    await writeInstallMap(home, vault, { ...map, files: Object.fromEntries(files) });
  }
}

function mapFile(home: Home, vault: string, agent: string, conversation: string): string {
  return path.join(home.installsFolder, vault, `${sha256(`${agent}\0${conversation}`).slice(0, 32)}.json`);
}
