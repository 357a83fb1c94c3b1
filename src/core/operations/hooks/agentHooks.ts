/** Sets up in an agent what `agents/hooks` describes, shows it, and takes out exactly that. */
import { mkdir, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import type { AgentHooks } from '../../agents/hooks.ts';
import { isErrno, isMissing, tryReadFile, writeFileAtomic } from '../../common/files.ts';
import { sha256 } from '../../common/hash.ts';
import { readDocument, writeDocument } from '../../home/document.ts';
import type { Home } from '../../home/home.ts';
import { ourEntries, Reverse, reversed, withEntry, withoutEntries } from './settingsEdit.ts';

/** What was written, so that it can be told from what a person has made of it since. */
const Note = z.object({
  v: z.literal(1),
  settings: z.object({ sha256: z.string(), reverse: Reverse, /** There was no such file. */ created: z.boolean() }),
  /** By absolute path the hash of what was written. */
  files: z.record(z.string(), z.string()),
  /** Folders that were made for them, the innermost first. */
  folders: z.array(z.string()),
});
type Note = z.infer<typeof Note>;

export type PartState = 'installed' | 'absent' | 'changed';

export interface HooksState {
  agent: string;
  agentName: string;
  /** One entry of a list in it. `changed`: as another version wrote it. */
  settings: { path: string; state: PartState; list: readonly string[]; entry: unknown };
  /** The agent asks the person once whether the entry may run, and passes it over until then. */
  needsApproval: boolean;
  /** `changed`: not as they were written, by a person or another version. */
  files: { path: string; state: PartState }[];
}

/** @throws ConvoSyncError `usage` for settings that cannot be read as what they should be */
export async function showHooks(hooks: AgentHooks): Promise<HooksState> {
  const { agent, agentName, settings, list, entry, needsApproval, files } = hooks;
  const text = await tryReadFile(settings);
  const ours = text === undefined ? [] : ourEntries(text, hooks);
  const isCurrent = ours.length === 1 && JSON.stringify(ours[0]?.entry) === JSON.stringify(entry);
  return {
    agent,
    agentName,
    settings: { path: settings, state: ours.length === 0 ? 'absent' : isCurrent ? 'installed' : 'changed', list, entry },
    needsApproval,
    files: await Promise.all([...files].map(async ([file, content]) => {
      const found = await tryReadFile(file);
      return { path: file, state: found === undefined ? 'absent' as const : found === content ? 'installed' as const : 'changed' as const };
    })),
  };
}

/** A file of the same name that a person has written or changed stays as it is, and is `changed` in the result. Throws as `showHooks`. */
export async function installHooks(home: Home, hooks: AgentHooks): Promise<HooksState> {
  const before = await showHooks(hooks);
  if (isWhole(before)) {
    return before;
  }
  const known = await readDocument(noteFile(home, hooks), Note);
  await removeHooks(home, hooks);
  const text = await tryReadFile(hooks.settings);
  const { text: after, reverse } = withEntry(text ?? '{}\n', hooks.list, hooks.entry);
  const note: Note = { v: 1, settings: { sha256: sha256(after), reverse, created: text === undefined }, files: {}, folders: [] };
  for (const [file, content] of hooks.files) {
    if ((await tryReadFile(file)) === undefined) {
      note.files[file] = sha256(content);
      note.folders.unshift(...(await makeFolder(path.dirname(file))));
    }
  }
  // First what is about to be written, so that a crash leaves nothing that is not known as ours.
  await writeDocument(noteFile(home, hooks), { ...note, folders: [...new Set([...note.folders, ...(known?.folders ?? [])])] });
  for (const file of Object.keys(note.files)) {
    await writeFileAtomic(file, hooks.files.get(file) ?? '');
  }
  await replace(hooks.settings, after);
  return showHooks(hooks);
}

/** What a person has changed since stays, and is `changed` in the result. Throws as `showHooks`. */
export async function removeHooks(home: Home, hooks: AgentHooks): Promise<HooksState> {
  const note = await readDocument(noteFile(home, hooks), Note);
  const text = await tryReadFile(hooks.settings);
  if (text !== undefined) {
    const left = sha256(text) === note?.settings.sha256 ? reversed(text, note.settings.reverse) : withoutEntries(text, hooks);
    if (note?.settings.created === true && /^\s*\{\s*\}\s*$/.test(left)) {
      await rm(await realpath(hooks.settings));
    } else if (left !== text) {
      await replace(hooks.settings, left);
    }
  }
  for (const [file, content] of hooks.files) {
    const found = await tryReadFile(file);
    if (found !== undefined && (found === content || sha256(found) === note?.files[file])) {
      await rm(file);
    }
  }
  for (const folder of note?.folders ?? []) {
    await removeIfEmpty(folder);
  }
  await rm(noteFile(home, hooks), { force: true });
  return showHooks(hooks);
}

function isWhole({ settings, files }: HooksState): boolean {
  return settings.state === 'installed' && files.every(({ state }) => state === 'installed');
}

function noteFile(home: Home, { agent }: AgentHooks): string {
  return path.join(home.hooksFolder, `${agent}.json`);
}

/** Through a link to the file that it leads to, with the permissions that this has. */
async function replace(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch((error: unknown) => {
    if (isMissing(error)) {
      return file;
    }
    throw error;
  });
  const mode = await stat(target).then((stats) => stats.mode & 0o777, () => 0o600);
  await writeFileAtomic(target, text, { mode });
}

/** The folders that had to be made, the innermost first. */
async function makeFolder(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true });
  const made: string[] = [];
  for (let inner = folder; first !== undefined && inner.startsWith(first); inner = path.dirname(inner)) {
    made.push(inner);
  }
  return made;
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) {
      await rmdir(folder);
    }
  } catch (error) {
    if (!isMissing(error) && !isErrno(error, 'ENOTEMPTY')) {
      throw error;
    }
  }
}
