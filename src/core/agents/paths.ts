/** Paths of workspaces and stores: some come from storage or from transcripts, so none is taken for harmless. */
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';

import { ConvoSyncError } from '../common/errors.ts';
import { isMissing } from '../common/files.ts';
import type { Workspace } from './agent.ts';

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

/** The workspace's folder with links resolved, then as the user sees it when that differs. */
export async function workspaceRoots(workspace: Workspace): Promise<string[]> {
  return [...new Set([await resolveLinks(workspace.folder), path.resolve(workspace.folder)])];
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

/** Where a folder that an agent names lies in the workspace, with `/`, empty for the workspace itself; undefined when it lies elsewhere. */
export async function folderIn(workspace: Workspace, named: string): Promise<string | undefined> {
  return (await workspaceRoots(workspace)).map((root) => relativeInside(root, named)).find((relative) => relative !== undefined);
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

/**
 * Refuses what a platform would read as more than a name: parents and separators; on Windows also drives, streams, devices,
 * and the trailing dots and blanks that it drops. A name that is to be safe everywhere is asked of Windows, the strictest.
 */
export function isSafeName(name: string, platform: NodeJS.Platform = 'win32'): boolean {
  const isPlain = name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !/[\\/\u0000-\u001f\u007f]/.test(name);
  return isPlain && (platform !== 'win32' || (!/[<>:"|?*]|[. ]$/.test(name) && !windowsDevice.test(name)));
}

const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/** What `Agent.place` throws for a logical path that would leave the place of its kind. */
export function unsafePath(id: string, logicalPath: string): ConvoSyncError {
  return new ConvoSyncError('install-failed', 'A file of the conversation has a name that would leave the place of its kind.', {
    details: { reason: 'unsafe-path', id, path: logicalPath },
  });
}
