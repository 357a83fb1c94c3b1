/**
 * Which project folder belongs to which working directory. The program looks into `projects.json`, then at the owners of
 * all folders, and else takes the first free name after that of the working directory: `pizza-shop`, `pizza-shop-1`. A
 * folder whose owner is another one is never used, so where nothing is yet, we have to come to the name that it will.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';

import { tryReadFile } from '../../common/files.ts';
import type { TranscriptIssue } from '../../session/message.ts';
import type { Signpost } from '../agent.ts';
import { entriesOf } from '../files.ts';
import { tryParseObject } from '../jsonValues.ts';

export interface Project {
  /** Absolute. */
  folder: string;
  /** The working directory that owns it, as its owner mark says. */
  root: string;
}

const Registry = z.object({ projects: z.record(z.string(), z.string().regex(/^[a-z0-9-]+$/)) });

export class Projects {
  readonly #base: string;
  readonly #platform: NodeJS.Platform;

  constructor(base: string, platform: NodeJS.Platform) {
    this.#base = base;
    this.#platform = platform;
  }

  /** All that have an owner mark, and those of the given working directories that older versions made without one. */
  async list(roots: readonly string[], problems: TranscriptIssue[] = []): Promise<Project[]> {
    const marked: Project[] = [];
    for (const { name } of await entriesOf(path.join(this.#base, 'tmp'))) {
      try {
        const root = await this.#owner('tmp', name);
        marked.push(...(root === undefined ? [] : [{ folder: this.#folder(name), root }]));
      } catch {
        problems.push({ kind: 'unreadable-file', file: path.join(this.#folder(name), ownerFile) });
      }
    }
    const old = await Promise.all(roots.map(async (root) => ((await isFolder(this.#folder(hashOf(root)))) ? [{ folder: this.#folder(hashOf(root)), root }] : [])));
    return [...marked, ...old.flat()];
  }

  /**
   * Where the program keeps, or will keep, the conversations of a working directory. A folder that an older version made
   * is copied by the program into its new one, but only into an empty one: so it stays the place until then.
   */
  async folderOf(root: string): Promise<string> {
    const claimed = await this.#claimed(root);
    const old = this.#folder(hashOf(root));
    return claimed ?? ((await isFolder(old)) ? old : this.#firstFree(root));
  }

  /** None where the folder is already known to be of the working directory. */
  async ownerMark(root: string): Promise<Signpost[]> {
    const folder = await this.folderOf(root);
    return folder === this.#folder(hashOf(root)) ? [] : [{ absolute: path.join(folder, ownerFile), content: this.#normal(root) }];
  }

  async #claimed(root: string): Promise<string | undefined> {
    const registered = (await this.#registry())[this.#normal(root)];
    if (registered !== undefined && (await this.#isFreeFor(root, registered))) {
      return this.#folder(registered);
    }
    for (const kind of kinds) {
      for (const { name } of await entriesOf(path.join(this.#base, kind))) {
        const owner = await this.#owner(kind, name);
        if (owner !== undefined && this.#normal(owner) === this.#normal(root) && (await this.#isFreeFor(root, name))) {
          return this.#folder(name);
        }
      }
    }
    return undefined;
  }

  async #firstFree(root: string): Promise<string> {
    const taken = new Set(Object.values(await this.#registry()));
    const name = slug(path.basename(this.#normal(root)));
    for (let count = 0; ; count += 1) {
      const candidate = count === 0 ? name : `${name}-${count}`;
      if (!taken.has(candidate) && (await this.#isFreeFor(root, candidate))) {
        return this.#folder(candidate);
      }
    }
  }

  async #isFreeFor(root: string, name: string): Promise<boolean> {
    const owners = await Promise.all(kinds.map((kind) => this.#owner(kind, name)));
    return owners.every((owner) => owner === undefined || this.#normal(owner) === this.#normal(root));
  }

  async #owner(kind: (typeof kinds)[number], name: string): Promise<string | undefined> {
    return (await tryReadFile(path.join(this.#base, kind, name, ownerFile)))?.trim();
  }

  /** The program takes a damaged registry for an empty one. */
  async #registry(): Promise<Readonly<Record<string, string>>> {
    const text = await tryReadFile(path.join(this.#base, 'projects.json'));
    return Registry.safeParse(tryParseObject(text ?? '')).data?.projects ?? {};
  }

  #folder(name: string): string {
    return path.join(this.#base, 'tmp', name);
  }

  #normal(root: string): string {
    return this.#platform === 'win32' ? path.resolve(root).toLowerCase() : path.resolve(root);
  }
}

const kinds = ['tmp', 'history'] as const;
const ownerFile = '.project_root';

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'project';
}

function hashOf(root: string): string {
  return createHash('sha256').update(root).digest('hex');
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}
