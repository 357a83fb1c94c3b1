/**
 * Where VS Code keeps the chats of a folder, below the folder of its user's data:
 *
 *     workspaceStorage/<hash>/workspace.json              which folder it is for
 *     workspaceStorage/<hash>/chatSessions/<id>.jsonl     a chat as a log of changes; older versions: <id>.json, its state
 *
 * What a window knows of its chats is also in a database that it holds in memory while it runs, so nothing is ever written
 * here: a chat that comes from elsewhere is handed to VS Code's own import.
 */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

import { isMissing } from '../../common/files.ts';
import type { AgentEnvironment } from '../agent.ts';
import { entriesOf } from '../files.ts';
import { tryParseObject } from '../jsonValues.ts';

const editors = ['Code', 'Code - Insiders', 'VSCodium'];

/** Every folder that may be a `workspaceStorage`: the window's own, then those of the editors that are known. */
export function storageFolders({ userHome, env, platform, editorStorage }: AgentEnvironment): string[] {
  const data = platform === 'win32'
    ? env['APPDATA'] ?? path.join(userHome, 'AppData', 'Roaming')
    : platform === 'darwin' ? path.join(userHome, 'Library', 'Application Support') : env['XDG_CONFIG_HOME'] ?? path.join(userHome, '.config');
  const known = editors.map((editor) => path.join(data, editor, 'User', 'workspaceStorage'));
  return [...new Set([...(editorStorage === undefined ? [] : [editorStorage]), ...known])];
}

const WorkspaceFile = z.object({ folder: z.string() });

/** The folder that a folder of a `workspaceStorage` is for; undefined for a workspace of several, one elsewhere, and none. */
export async function folderOf(storage: string): Promise<string | undefined> {
  try {
    const { folder } = WorkspaceFile.parse(tryParseObject(await readFile(path.join(storage, 'workspace.json'), 'utf8')));
    return folder.startsWith('file:') ? fileURLToPath(folder) : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof z.ZodError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_INVALID') === true) {
      return undefined;
    }
    throw error;
  }
}

/** The id of the chat that a file of `chatSessions` holds; undefined for any other file. */
export function chatIdOf(fileName: string): string | undefined {
  return /^([0-9A-Za-z-]{1,200})\.jsonl?$/.exec(fileName)?.[1];
}

export async function subfolders(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
}
