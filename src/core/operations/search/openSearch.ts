/** Searching what the sessions of a repository hold: conversations and handoffs of all devices. */
import { ConvoSyncError } from '../../common/errors.ts';
import { marked } from '../../common/marked.ts';
import { withLock } from '../../home/lock.ts';
import { parseQuery } from '../../session/search/query.ts';
import { snippet } from '../../session/search/snippet.ts';
import { type FoundEntry, SearchIndex } from '../../vault/searchIndex.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Vault } from '../../vault/vault.ts';
import { openCheckout } from '../checkout.ts';
import type { ReadOptions, RunOptions, SearchOptions, SessionSearch } from '../convosync.ts';
import { toListing } from '../look.ts';
import type { Parts } from '../parts.ts';
import type { Listing, SearchAnswer, SearchHit, SearchReadiness } from '../report.ts';
import { Indexing, missingIn } from './indexSessions.ts';

/** Milliseconds that a second process waits for one that reads what was saved; then it searches what is there. */
const patience = 1_000;
const usualLimit = 20;

export async function openSearch(parts: Parts, folder: string, { refresh, vault: choice, signal }: ReadOptions): Promise<SessionSearch> {
  const checkout = await openCheckout(parts, folder, { refresh: refresh !== false, onlyLooks: true, readsAll: true, choice, signal });
  const listing = toListing(parts, checkout);
  if (checkout.vault) {
    return new VaultSearch(parts, checkout.vault, listing);
  }
  if (listing.problem) {
    throw listing.problem;
  }
  return { listing, prepare: () => Promise.resolve({ unread: [], missing: 0 }), find: () => Promise.resolve({ hits: [], isMore: false, missing: 0 }) };
}

class VaultSearch implements SessionSearch {
  readonly listing: Listing;
  readonly #parts: Parts;
  readonly #vault: Vault;
  readonly #index: SearchIndex;
  /** Where in the list a session stands. */
  readonly #places: Map<string, number>;

  constructor(parts: Parts, vault: Vault, listing: Listing) {
    this.listing = listing;
    this.#parts = parts;
    this.#vault = vault;
    this.#index = new SearchIndex({ home: parts.home, vault: vault.id, logger: parts.logger });
    this.#places = new Map(listing.sessions.map(({ outline }, place) => [outline.id, place]));
  }

  async prepare(options: RunOptions = {}): Promise<SearchReadiness> {
    const unread = await this.#alone(options.signal, async () => {
      const known = await this.#index.sessions();
      const all = new Set(this.#vault.everySession.map(({ outline }) => outline.id));
      const gone = [...known.keys()].filter((session) => !all.has(session));
      return missingIn(known, this.#vault).length + gone.length === 0 ? [] : new Indexing(this.#parts, this.#vault, this.#index, options).run(gone);
    });
    return { unread: unread ?? [], missing: await this.#missing() };
  }

  async find(typed: string, { signal, among = () => true, limit = usualLimit }: SearchOptions = {}): Promise<SearchAnswer> {
    const query = parseQuery(typed);
    if (!query) {
      throw new ConvoSyncError('usage', marked`Say which words are to be searched for.`);
    }
    const told = new Set<string>();
    const sessions = new Map<number, SavedSession>();
    const found = await this.#index.find(query.match, {
      limit: limit + 1,
      signal,
      accept: ({ entry, said }, holders) => {
        const session = this.#firstOf(holders);
        const self = session && (said === 'title' || said === 'handoff') ? `${said} ${session.outline.conversations[0]?.id ?? session.outline.id}` : undefined;
        if (!session || !among(session) || (self !== undefined && told.has(self))) {
          return false;
        }
        // Sessions of one conversation say nearly the same of themselves: the newest stands for all.
        if (self !== undefined) {
          told.add(self);
        }
        sessions.set(entry, session);
        return true;
      },
    });
    const missing = await this.#missing();
    if (!found && missing < this.listing.sessions.length) {
      throw new ConvoSyncError('home-unusable', 'The search index cannot be read.', { details: { file: this.#index.file, reason: 'unreadable' } });
    }
    const toHit = ({ entry, said, at, text, agent, conversation, message }: FoundEntry): SearchHit[] => {
      const session = sessions.get(entry);
      return session ? [{ session, said, at: new Date(at).toISOString(), snippet: snippet(text, query.terms), ...(agent === '' ? {} : { conversation: { agent, id: conversation, message } }) }] : [];
    };
    return { hits: (found ?? []).slice(0, limit).flatMap(toHit), isMore: (found ?? []).length > limit, missing };
  }

  /** What several hold was first said in the oldest of them. */
  #firstOf(holders: readonly string[]): SavedSession | undefined {
    return this.listing.sessions[Math.max(-1, ...holders.map((session) => this.#places.get(session) ?? -1))];
  }

  async #missing(): Promise<number> {
    return missingIn(await this.#index.sessions(), this.#vault).length;
  }

  /** Undefined while another process is at it. */
  async #alone<T>(signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await withLock(this.#parts.home, `search-${this.#vault.id}`, { purpose: 'reading what was saved, to search it', signal, waitMs: patience }, action);
    } catch (error) {
      if (ConvoSyncError.is(error, 'busy')) {
        return undefined;
      }
      throw error;
    }
  }
}
