/**
 * Searches what the sessions of all devices hold, while somebody types: what can be searched already at once, and once more when
 * the store was looked at and what was new there has been read.
 */
import * as vscode from 'vscode';
import { ConvoSyncError, isCancellation } from '../../core/common/errors.ts';
import type { ConvoSync, SessionSearch } from '../../core/operations/convosync.ts';
import type { SearchAnswer, SearchHit } from '../../core/operations/report.ts';
import { t } from '../../l10n/language.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { describeProgress } from '../../wording/progress.ts';
import { describeMissing, describeSpeaker } from '../../wording/searchHits.ts';
import { age } from '../../wording/time.ts';
import { plainText } from '../plainText.ts';
import { begin, type CommandParts } from './parts.ts';
import { type VaultAnswer, withVault } from './withVault.ts';

interface HitItem extends vscode.QuickPickItem {
  hit?: SearchHit;
}

/** Milliseconds of silence after which what is typed is searched for. */
const pause = 120;
const limit = 50;
const title = (): string => t`ConvoSync: Search Sessions`;
const icons: Record<SearchHit['said'], string> = { user: 'account', assistant: 'sparkle', system: 'tools', title: 'bookmark', handoff: 'note' };

export async function searchSessions(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const { session, conversation } = await withVault(core, folder, (answer) => pickHit(core, folder, answer));
  await parts.pages.open({ folder, session: session.outline.id }, conversation && { agent: conversation.agent, conversation: conversation.id, message: conversation.message });
}

/** @throws ConvoSyncError `cancelled` when the user backs out */
async function pickHit(core: ConvoSync, folder: string, answer: VaultAnswer): Promise<SearchHit> {
  using typing = new Typing();
  const { signal } = typing;
  const prepared = (async () => {
    const known = await core.openSearch(folder, { ...answer, refresh: false, signal });
    typing.searchIn(known);
    const onProgress = typing.onProgress;
    const [fresh] = await Promise.all([core.openSearch(folder, { ...answer, signal }), known.prepare({ signal, onProgress })]);
    await fresh.prepare({ signal, onProgress });
    typing.searchIn(fresh);
    typing.isComplete();
  })();
  const hit = await Promise.race([typing.picked, typing.failed, prepared.then(() => typing.picked)]);
  // What is being read ends with the pick.
  void prepared.catch(() => undefined);
  if (!hit) {
    throw new ConvoSyncError('cancelled', 'Nothing was picked.');
  }
  return hit;
}

/** The pick, and what is searched for in it. */
class Typing implements Disposable {
  readonly #pick = vscode.window.createQuickPick<HitItem>();
  readonly #controller = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly picked: Promise<SearchHit | undefined>;
  #search: SessionSearch | undefined;
  #answering = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#pick.title = title();
    this.#pick.placeholder = t`Words that were said, or stand in a handoff; in double quotes as a phrase`;
    this.#pick.ignoreFocusOut = true;
    this.#pick.busy = true;
    this.#pick.onDidChangeValue(() => this.#answerSoon());
    this.picked = new Promise((resolve) => {
      this.#pick.onDidAccept(() => {
        const hit = this.#pick.selectedItems[0]?.hit;
        if (hit) {
          resolve(hit);
        }
      });
      this.#pick.onDidHide(() => resolve(undefined));
    });
    this.#failed.promise.catch(() => undefined);
    this.#pick.show();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Rejects when an answer fails. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  readonly onProgress = (progress: Parameters<typeof describeProgress>[0]): void => {
    this.#pick.title = `${title()} (${describeProgress(progress)})`;
  };

  searchIn(search: SessionSearch): void {
    this.#search = search;
    this.#answerSoon(0);
  }

  isComplete(): void {
    this.#pick.title = title();
    this.#pick.busy = false;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
    this.#answering.abort();
    this.#pick.dispose();
  }

  #answerSoon(after = pause): void {
    clearTimeout(this.#timer);
    this.#answering.abort();
    const answering = new AbortController();
    this.#answering = answering;
    this.#timer = setTimeout(() => void this.#answer(answering.signal), after);
  }

  async #answer(signal: AbortSignal): Promise<void> {
    const typed = this.#pick.value;
    try {
      const answer = this.#search && /[\p{L}\p{N}]/u.test(typed) ? await this.#search.find(typed, { signal, limit }) : undefined;
      if (!signal.aborted) {
        this.#pick.items = answer && this.#search ? itemsOf(answer, this.#search) : [];
      }
    } catch (error) {
      if (!isCancellation(error) && !ConvoSyncError.is(error, 'usage')) {
        this.#failed.reject(error);
      }
    }
  }
}

/** What was found is shown whatever VS Code itself would find of the typed words in it. */
function itemsOf({ hits, isMore, missing }: SearchAnswer, { listing }: SessionSearch): HitItem[] {
  const now = new Date();
  const note = (label: string, icon: string): HitItem => ({ label, iconPath: new vscode.ThemeIcon(icon), alwaysShow: true });
  return [
    ...hits.map((hit): HitItem => ({
      label: plainText(hit.session.summary.message),
      description: plainText(`${deviceName(hit.session.device, listing.sessions)} · ${hit.session.summary.branch ?? t`no branch`} · ${age(hit.at, now)}`),
      detail: plainText(t`${describeSpeaker(hit)}: ${hit.snippet.map(({ text }) => text).join('')}`),
      iconPath: new vscode.ThemeIcon(icons[hit.said]),
      alwaysShow: true,
      hit,
    })),
    ...(hits.length === 0 ? [note(t`Nothing holds all of these words.`, 'info')] : []),
    ...(isMore ? [note(t`There is more: type more words.`, 'ellipsis')] : []),
    ...(missing > 0 ? [note(describeMissing(missing), 'warning')] : []),
  ];
}
