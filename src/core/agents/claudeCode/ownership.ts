/**
 * Which project folders hold conversations of a workspace. Their names are lossy, so a name alone proves nothing
 * about a sub-folder: `/w/a-b` next to `/w/a` is spelled like `/w/a/b`. What decides, in this order:
 *
 * 1. a working directory in the transcript that lies in the workspace and is spelled like the project folder;
 * 2. otherwise one that exists on this machine, lies elsewhere and is spelled so: it is the neighbour's;
 * 3. otherwise (a conversation that was installed here names folders of another machine) the workspace itself or
 *    a folder that exists in it and is spelled so.
 */
import * as path from 'node:path';

import type { Workspace } from '../agent.ts';
import { entriesOf, isFolder } from '../files.ts';
import { relativeInside, workspaceRoots } from '../paths.ts';
import { mayBelongBelow, projectFolderName } from './projectFolder.ts';

/** What a workspace owns under `projects/`. Its methods throw when a folder that would decide cannot be read. */
export class Ownership {
  readonly #roots: readonly string[];
  readonly #ignoreCase: boolean;

  private constructor(roots: readonly string[], ignoreCase: boolean) {
    this.#roots = roots;
    this.#ignoreCase = ignoreCase;
  }

  static async of(workspace: Workspace, platform: NodeJS.Platform): Promise<Ownership> {
    return new Ownership(await workspaceRoots(workspace), platform === 'win32');
  }

  mayOwn(projectFolder: string): boolean {
    return this.#roots.some((root) => mayBelongBelow(projectFolder, root));
  }

  /** The folder of the workspace that the conversation belongs to, with `/`; undefined when it is not of this workspace. */
  async folderOf(projectFolder: string, workingDirectories: readonly string[]): Promise<string | undefined> {
    const named = this.#named(projectFolder, workingDirectories);
    if (named !== undefined || (await this.#isNeighbours(projectFolder, workingDirectories))) {
      return named;
    }
    for (const root of this.#roots) {
      const folder = await this.#find(projectFolder, root);
      if (folder !== undefined) {
        return relativeInside(root, folder);
      }
    }
    return undefined;
  }

  /** A transcript may begin deep inside the folder where the agent was started: so its parents are tried as well. */
  #named(projectFolder: string, workingDirectories: readonly string[]): string | undefined {
    for (const root of this.#roots) {
      for (const directory of workingDirectories) {
        let relative = relativeInside(root, directory);
        while (relative !== undefined) {
          if (this.#isSpelled(projectFolder, path.join(root, relative))) {
            return relative;
          }
          relative = relative === '' ? undefined : relative.slice(0, Math.max(0, relative.lastIndexOf('/')));
        }
      }
    }
    return undefined;
  }

  async #isNeighbours(projectFolder: string, workingDirectories: readonly string[]): Promise<boolean> {
    for (const directory of workingDirectories) {
      if (path.isAbsolute(directory) && this.#isSpelled(projectFolder, directory) && (await isFolder(directory))) {
        return true;
      }
    }
    return false;
  }

  async #find(projectFolder: string, folder: string): Promise<string | undefined> {
    if (this.#isSpelled(projectFolder, folder)) {
      return folder;
    }
    if (!mayBelongBelow(projectFolder, folder)) {
      return undefined;
    }
    for (const entry of await entriesOf(folder)) {
      const found = entry.isDirectory() ? await this.#find(projectFolder, path.join(folder, entry.name)) : undefined;
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #isSpelled(projectFolder: string, folder: string): boolean {
    const name = projectFolderName(folder);
    return name === projectFolder || (this.#ignoreCase && name.toLowerCase() === projectFolder.toLowerCase());
  }
}
