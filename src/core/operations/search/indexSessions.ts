/** Brings the search index of a vault up to date: what is saved and not in it is read, what is gone goes. */
import type { Agent } from '../../agents/agent.ts';
import { ConvoSyncError, isCancellation, throwIfCancelled } from '../../common/errors.ts';
import { inParallel } from '../../common/parallel.ts';
import type { OnProgress } from '../../common/progress.ts';
import { plain } from '../../session/search/messageText.ts';
import type { SessionManifest, StoredConversation } from '../../session/session.ts';
import { isSilence } from '../../storage/silence.ts';
import type { Entry, SearchIndex, Stretch, Writing } from '../../vault/searchIndex.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Vault } from '../../vault/vault.ts';
import { agentOf, type Parts } from '../parts.ts';
import { type Version, VersionReading } from './versionReading.ts';
import { before, following, Sums, whole } from './versions.ts';

export interface IndexingOptions {
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export interface Unread {
  session: SavedSession;
  error: ConvoSyncError;
}

/** Of so many sessions the manifests are held at once, and so many are read at a time. */
const portion = 200;
const atOnce = 4;

export class Indexing {
  readonly #parts: Parts;
  readonly #vault: Vault;
  readonly #index: SearchIndex;
  readonly #options: IndexingOptions;
  readonly #held = new Map<string, Stretch[]>();
  readonly #unread = new Map<string, Unread>();
  #done = 0;
  #total = 0;

  constructor(parts: Parts, vault: Vault, index: SearchIndex, options: IndexingOptions) {
    this.#parts = parts;
    this.#vault = vault;
    this.#index = index;
    this.#options = options;
  }

  /**
   * @param gone ids of sessions that the vault no longer has
   * @returns those that could not be read; they are tried again the next time
   */
  async run(gone: readonly string[]): Promise<Unread[]> {
    await this.#write((writing) => writing.drop(gone));
    const sessions = missingIn(await this.#index.sessions(), this.#vault).sort((a, b) => a.summary.savedAt.localeCompare(b.summary.savedAt));
    this.#total = sessions.flatMap(({ summary }) => summary.conversations).reduce((sum, { bytes }) => sum + bytes, 0);
    for (let at = 0; at < sessions.length && !this.#isSilent; at += portion) {
      await this.#indexPortion(sessions.slice(at, at + portion));
    }
    return [...this.#unread.values()];
  }

  /** What one session is not told because the store is silent, no other would be. */
  get #isSilent(): boolean {
    return [...this.#unread.values()].some(({ error }) => isSilence(error));
  }

  async #indexPortion(sessions: readonly SavedSession[]): Promise<void> {
    const { signal } = this.#options;
    const manifests = await inParallel(sessions, atOnce, async (session) => ({ session, manifest: this.#isSilent ? undefined : await this.#unlessUnread(session, () => this.#vault.contents.readManifest(session, signal)) }));
    const read = manifests.flatMap(({ session, manifest }) => (manifest ? [{ session, manifest }] : []));
    const versions = read.flatMap(({ session, manifest }) => manifest.conversations.flatMap((stored) => versionOf(session, stored)));
    for (const of of Map.groupBy(versions, ({ stored: { agent, id } }) => `${agent} ${id}`).values()) {
      await this.#indexVersions(of);
    }
    for (const { session, manifest } of read) {
      await this.#indexItself(session, manifest);
    }
  }

  /** The longest first: it proves those that it goes on from without their being read. */
  async #indexVersions(versions: readonly Version[]): Promise<void> {
    const agent = agentOf(this.#parts, versions[0]?.stored.agent ?? '');
    let left = versions.toSorted((a, b) => a.file.size - b.file.size);
    for (let version = left.pop(); agent && version && !this.#isSilent; version = left.pop()) {
      const longest = version;
      const shorter = left;
      const stretches = await this.#unlessUnread(longest.session, () => this.#indexVersion(agent, longest, shorter));
      const proven = stretches?.proven ?? [];
      for (const [one, held] of [...proven, ...(stretches ? [[longest, stretches.held] as const] : [])]) {
        this.#held.set(one.session.outline.id, [...(this.#held.get(one.session.outline.id) ?? []), ...held]);
        this.#done += one.file.size;
      }
      await this.#write((writing) => [...proven.map(([one]) => one), longest].forEach(({ session: { outline: { id } } }) => writing.hold(id, this.#held.get(id) ?? [], false)));
      left = left.filter((one) => !proven.some(([known]) => known === one));
    }
  }

  /** Where in the index a version lies then, and which of the shorter ones it is proven to go on from. */
  async #indexVersion(agent: Agent, version: Version, shorter: readonly Version[]): Promise<{ held: Stretch[]; proven: [Version, Stretch[]][] }> {
    const { file, stored } = version;
    const threads = [...(await this.#index.threads(agent.id, stored.id)), ...(stored.forkOf ? await this.#index.threads(agent.id, stored.forkOf.id) : [])];
    const same = threads.find(({ size, sha256 }) => size === file.size && sha256 === file.sha256);
    if (same) {
      return { held: whole(same), proven: [] };
    }
    const earlier = threads.filter(({ size, conversation }) => size < file.size && conversation === stored.id).sort((a, b) => b.size - a.size);
    for (const thread of [...earlier, undefined]) {
      const sums = new Sums([...shorter.map((one) => one.file.size), ...(thread ? [thread.size] : [])]);
      const source = sums.through(this.#vault.contents.read(file, version.session, this.#options.signal));
      const bytes = thread ? await following(source, sums, thread) : source;
      if (bytes) {
        const parts = agent.readParts(bytes, this.#options.signal);
        const held = await new VersionReading({ version, index: this.#index, write: (action) => this.#write(action), onRead: (size) => this.#report(size) }).read(parts, thread ?? threads);
        const proven = shorter.filter((one) => sums.beginsWith(one.file)).map((one): [Version, Stretch[]] => [one, before(held, one.stored.messages)]);
        return { held, proven };
      }
    }
    return { held: [], proven: [] };
  }

  /** Its title and its handoff, after which nothing of it is missing but what could not be read. */
  async #indexItself(session: SavedSession, { body = '', handoff }: SessionManifest): Promise<void> {
    const { id, savedAt, message, branch = '', subject, conversations } = session.summary;
    const at = Date.parse(savedAt);
    const title = [message, body, branch, subject, ...conversations.map((conversation) => conversation.title ?? '')];
    const entries: Entry[] = [{ message: 0, said: 'title', at, text: plain(title.filter((text) => text !== '').join(' · ')) }, { message: 1, said: 'handoff', at, text: plain(handoff) }];
    await this.#write((writing) => {
      const thread = writing.begin({ agent: '', conversation: id, begins: [] });
      writing.add(thread, entries.filter(({ text }) => text !== ''));
      writing.close({ thread, agent: '', conversation: id, size: 0, sha256: '', settled: 0, settledMessages: 0, messages: entries.length, begins: [] });
      writing.hold(id, [...(this.#held.get(id) ?? []), { thread, upTo: entries.length }], !this.#unread.has(id));
    });
    this.#held.delete(id);
  }

  /** Undefined for what cannot be read, which is noted. */
  async #unlessUnread<T>(session: SavedSession, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!ConvoSyncError.is(error) || isCancellation(error) || ConvoSyncError.is(error, 'home-unusable', 'vault-locked')) {
        throw error;
      }
      this.#unread.set(session.outline.id, { session, error });
      return undefined;
    }
  }

  #report(size: number): void {
    this.#options.onProgress?.({ phase: 'index', done: this.#done + size, total: this.#total });
  }

  /** What another process locks meanwhile does not stay here as plain text. */
  async #write(action: (writing: Writing) => void): Promise<void> {
    throwIfCancelled(this.#options.signal);
    await this.#index.write(action);
    if (this.#vault.isSealed && (await this.#parts.keychain.get(this.#vault.id)) === undefined) {
      await this.#index.forget();
      throw new ConvoSyncError('vault-locked', 'The vault was locked meanwhile.', { details: { vault: this.#vault.id } });
    }
  }
}

/** The sessions that are not in the index, or not whole. */
export function missingIn(known: ReadonlyMap<string, boolean>, { state }: Vault): SavedSession[] {
  return state.sessions.filter(({ outline }) => known.get(outline.id) !== true);
}

function versionOf(session: SavedSession, stored: StoredConversation): Version[] {
  const [file] = stored.files;
  return file ? [{ session, stored, file }] : [];
}
