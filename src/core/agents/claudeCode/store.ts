/**
 * Where Claude Code keeps things, relative to its base folder (`CLAUDE_CONFIG_DIR`, else `~/.claude`):
 *
 *     projects/<project folder>/<id>.jsonl          the main transcript
 *     projects/<project folder>/<id>/…              sub-agents, large tool results, the custom title
 *     projects/<project folder>/agent-<agent>.jsonl sub-agents as older versions kept them; the session id is inside
 *     tasks/<id>/…   file-history/<id>/…            task lists; files as they were before edits
 *     todos/<id>-agent-<agent>.json                 task lists of older versions; the agent is the id for the main one
 *     sessions/<pid>.json                           what a live process has open
 */
import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';

import { ConvoSyncError } from '../../common/errors.ts';
import { isMissing } from '../../common/files.ts';
import type { AgentEnvironment, Workspace } from '../agent.ts';

export function baseFolder(environment: AgentEnvironment): string {
  const configured = environment.env['CLAUDE_CONFIG_DIR'];
  return configured === undefined || configured === '' ? path.join(environment.userHome, '.claude') : path.resolve(environment.userHome, configured);
}

export function projectsFolder(base: string): string {
  return path.join(base, 'projects');
}

/** Absolute paths of all project folders, links to folders included. */
export async function projectFolders(base: string): Promise<string[]> {
  const projects = projectsFolder(base);
  const entries = await entriesOf(projects);
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => path.join(projects, entry.name));
}

/** A conversation's id is also a file name, so it is plain: nothing that could name another place. */
export function isConversationId(id: string): boolean {
  return /^[0-9A-Za-z_-]{1,200}$/.test(id) && !id.startsWith('agent-');
}

/** The id that a file of a project folder is the main transcript of; undefined for any other file. */
export function conversationIdOf(fileName: string): string | undefined {
  const id = path.parse(fileName).name;
  return fileName.endsWith('.jsonl') && isConversationId(id) ? id : undefined;
}

/**
 * Entries sorted by name; none when there is no such folder.
 * @throws ConvoSyncError `conversation-unreadable` for a folder that is there and cannot be read
 */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw new ConvoSyncError('conversation-unreadable', 'A folder of the agent could not be read.', { details: { folder }, cause: error });
  }
}

export interface RegularFile {
  size: number;
  /** Milliseconds since the epoch. */
  modified: number;
}

/**
 * Undefined for what is no regular file, is gone, or is a link that leads out of `base`: a link must not make a
 * file of another place part of a conversation. Any other failure throws.
 */
export async function regularFile(file: string, base: string): Promise<RegularFile | undefined> {
  try {
    let stats = await lstat(file);
    if (stats.isSymbolicLink() && relativeInside(await realpath(base), await realpath(file)) !== undefined) {
      stats = await stat(file);
    }
    return stats.isFile() ? { size: stats.size, modified: stats.mtimeMs } : undefined;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The path with symbolic links resolved as far as it exists, and the rest as it is. */
export async function resolveLinks(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (!isMissing(error) || parent === folder) {
      throw error;
    }
    return path.join(await resolveLinks(parent), path.basename(folder));
  }
}

/** Where `inner` lies below `outer`, with `/`, empty for the same folder; undefined when it lies elsewhere. */
export function relativeInside(outer: string, inner: string): string | undefined {
  if (!path.isAbsolute(inner)) {
    return undefined;
  }
  const relative = path.relative(outer, inner);
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? undefined : relative.split(path.sep).join('/');
}

/**
 * The absolute folder in which the agent runs.
 * @throws ConvoSyncError `install-failed` for a folder, as it may come from storage, that is not in the workspace
 */
export function runFolder(workspace: Workspace, folder: string): string {
  const absolute = path.join(workspace.folder, ...folder.split('/'));
  if (/[\0\\]|(^|\/)\.\.(\/|$)|^\/|^[A-Za-z]:/.test(folder) || relativeInside(path.resolve(workspace.folder), absolute) === undefined) {
    throw new ConvoSyncError('install-failed', 'The folder of the conversation lies outside the workspace.', { details: { reason: 'unsafe-folder', folder } });
  }
  return absolute;
}
