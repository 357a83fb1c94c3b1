/**
 * Lists the conversations of a workspace: by the folder in which the agent ran last, as Codex itself does. A sub-agent's
 * transcript belongs to the conversation that it works for. One unreadable folder or file is a problem that is named, and
 * hides no other. One id in two files: the longer is listed and the other is named, for only one of them goes on.
 */
import { throwIfCancelled } from '../../common/errors.ts';
import type { FindResult, FoundConversation, Workspace } from '../agent.ts';
import { attempts } from '../attempts.ts';
import { entriesOf, type RegularFile, regularFile } from '../files.ts';
import { relativeInside, workspaceRoots } from '../paths.ts';
import { type Peek, peek } from './peek.ts';
import { type Rollout, rolloutsIn } from './store.ts';
import { conversationsAtWork } from './writers.ts';

type Seen = Peek & RegularFile;

export class ConversationFinder {
  readonly #agent: string;
  readonly #base: string;
  readonly #platform: NodeJS.Platform;
  /** What was read of transcripts, so that looking again at one that did not change costs one `stat`. */
  readonly #seen = new Map<string, Seen>();

  constructor(agent: string, base: string, platform: NodeJS.Platform) {
    this.#agent = agent;
    this.#base = base;
    this.#platform = platform;
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    const { problems, tried } = attempts(signal);

    const roots = (await tried(workspace.folder, () => workspaceRoots(workspace))) ?? [];
    const rollouts = await rolloutsIn(this.#base, async (folder) => (await tried(folder, () => entriesOf(folder))) ?? []);
    const atWork = rollouts.length === 0 ? new Set() : (await tried(this.#base, () => conversationsAtWork(this.#base, this.#platform))) ?? new Set();
    const ids = new Set(rollouts.map(({ id }) => id));
    const found = new Map<string, FoundConversation>();
    for (const { id, file } of rollouts) {
      const seen = await tried(file, () => this.look(file));
      const folder = roots.map((root) => relativeInside(root, seen?.folder ?? '')).find((inside) => inside !== undefined);
      if (!seen || folder === undefined || (seen.parent !== undefined && ids.has(seen.parent))) {
        continue;
      }
      const other = found.get(id);
      if (other) {
        problems.push({ kind: 'unreadable-file', file: seen.size > other.size ? other.transcript : file });
      }
      if (seen.size > (other?.size ?? 0)) {
        const { size, modified, title } = seen;
        found.set(id, { agent: this.#agent, id, transcript: file, folder, ...(title === undefined ? {} : { title }), modified, size, running: atWork.has(id) });
      }
    }
    return { conversations: [...found.values()].sort((a, b) => b.modified - a.modified), problems };
  }

  /** The transcripts of the sub-agents that work for a conversation, and of theirs. */
  async subAgentsOf(id: string, signal?: AbortSignal): Promise<Rollout[]> {
    const byParent = new Map<string, Rollout[]>();
    for (const rollout of await rolloutsIn(this.#base)) {
      throwIfCancelled(signal);
      const parent = (await this.look(rollout.file))?.parent;
      if (parent !== undefined) {
        byParent.set(parent, [...(byParent.get(parent) ?? []), rollout]);
      }
    }
    const found = new Map<string, Rollout>();
    const collect = (parent: string): void => {
      for (const rollout of byParent.get(parent) ?? []) {
        if (rollout.id !== id && !found.has(rollout.id)) {
          found.set(rollout.id, rollout);
          collect(rollout.id);
        }
      }
    };
    collect(id);
    return [...found.values()];
  }

  /** Whether another transcript goes on from this one. */
  async isForked(id: string): Promise<boolean> {
    for (const { file } of await rolloutsIn(this.#base)) {
      if ((await this.look(file))?.base?.thread_id.toLowerCase() === id) {
        return true;
      }
    }
    return false;
  }

  /** Undefined for what is no file of the store, or is empty. */
  async look(file: string): Promise<Seen | undefined> {
    const { size, modified } = (await regularFile(file, this.#base)) ?? { size: 0, modified: 0 };
    if (size === 0) {
      return undefined;
    }
    const known = this.#seen.get(file);
    const seen = known?.size === size && known.modified === modified ? known : { ...(await peek(file)), size, modified };
    this.#seen.set(file, seen);
    return seen;
  }
}
