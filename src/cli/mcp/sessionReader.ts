/** What an agent may look at in one repository, as `convosync mcp` serves it. */
import type { ConvoSync, ReadOptions } from '../../core/operations/convosync.ts';
import type { DescribedSession, Listing } from '../../core/operations/report.ts';
import { latestSession } from '../../core/operations/sessions.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { type Found, type HandoffForModel, spokenText } from '../../wording/forModels.ts';

/** Milliseconds for which a look at the remote is good enough: an agent asks several things at once. */
const freshFor = 30_000;

export interface ReaderOptions {
  convosync: ConvoSync;
  folder: string;
  vault: Pick<ReadOptions, 'vault'>;
  now: () => Date;
}

export class SessionReader {
  readonly #options: ReaderOptions;
  #lookedAt = -Infinity;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  list(signal?: AbortSignal): Promise<Listing> {
    const { convosync, folder, vault, now } = this.#options;
    const refresh = now().getTime() - this.#lookedAt > freshFor;
    this.#lookedAt = refresh ? now().getTime() : this.#lookedAt;
    return convosync.list(folder, { ...vault, signal, refresh });
  }

  /** @param id the newest session of another device without it; throws as `ConvoSync.describe` */
  async describe(id: string | undefined, signal?: AbortSignal): Promise<DescribedSession> {
    const { convosync, folder, vault } = this.#options;
    return convosync.describe(folder, await this.#meant(id, signal), { ...vault, signal, refresh: false });
  }

  async handoff(id: string | undefined, signal?: AbortSignal): Promise<HandoffForModel> {
    const { session, manifest } = await this.describe(id, signal);
    return { session, handoff: manifest.handoff };
  }

  /** @param words in lower case; a message has to hold all of them */
  async search(words: readonly string[], id: string | undefined, signal?: AbortSignal): Promise<{ session: SavedSession; found: Found[] }> {
    const { convosync, folder, vault } = this.#options;
    const { session, conversations } = await convosync.open(folder, await this.#meant(id, signal), { ...vault, signal, refresh: false });
    const found = conversations.flatMap(({ agentName, messages }) => messages
      .filter((message) => {
        const text = spokenText(message).toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .map((message) => ({ agentName, message })));
    return { session, found };
  }

  async #meant(id: string | undefined, signal?: AbortSignal): Promise<string> {
    const { sessions, here, problem, refreshed } = await this.list(signal);
    if (id !== undefined) {
      return id;
    }
    if (sessions.length === 0 && refreshed === undefined && problem !== undefined) {
      throw problem;
    }
    return latestSession(sessions, here.id).outline.id;
  }
}
