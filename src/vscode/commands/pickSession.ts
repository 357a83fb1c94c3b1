/** Picks a session from a list that is on screen at once and becomes complete when the store has been asked. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { Listing } from '../../core/operations/report.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { deviceIcons } from '../../protocol/deviceIcons.ts';
import { explainError } from '../../wording/errors.ts';
import { describeFreshness } from '../../wording/status.ts';
import type { SessionReference } from '../contributions.ts';
import { plainText } from '../plainText.ts';
import { sessionFacts } from '../sessionText.ts';
import { begin, type CommandParts } from './parts.ts';
import { type VaultAnswer, withVault } from './withVault.ts';

interface SessionItem extends vscode.QuickPickItem {
  session?: string;
}

export interface PickOptions {
  title: string;
  placeholder: string;
  /** What to choose from; by default all sessions, those of other devices first. */
  from?: (listing: Listing) => SavedSession[];
  /** Said when there is none. */
  empty: string;
}

/**
 * @param where the folder of the repository; the one that the command is meant for without it
 * @throws ConvoSyncError `cancelled` when the user backs out
 */
export async function pickSession(parts: CommandParts, options: PickOptions, where?: string): Promise<SessionReference> {
  const { core, folder } = await begin(parts, where);
  const session = await withVault(core, folder, (answer) => pickFrom(parts, { core, folder, answer }, options));
  return { folder, session };
}

/** Closes the pick before it throws that the vault has to be chosen or unlocked first. */
async function pickFrom(parts: CommandParts, { core, folder, answer }: { core: ConvoSync; folder: string; answer: VaultAnswer }, options: PickOptions): Promise<string> {
  const known = parts.overview.state.kind === 'ready' && parts.overview.state.folder === folder ? parts.overview.state.status.listing : undefined;
  const pick = vscode.window.createQuickPick<SessionItem>();
  const controller = new AbortController();
  pick.title = options.title;
  pick.placeholder = options.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.keepScrollPosition = true;
  // An editor with a page in it may take the focus back after the palette has closed.
  pick.ignoreFocusOut = true;
  pick.busy = true;
  pick.items = known ? itemsOf(known, options) : [];
  try {
    const chosen = new Promise<string | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const session = pick.selectedItems[0]?.session;
        if (session !== undefined) {
          resolve(session);
        }
      });
      pick.onDidHide(() => resolve(undefined));
    });
    pick.show();
    const complete = core.list(folder, { ...answer, signal: controller.signal }).then((listing) => {
      const shown = pick.items.flatMap(({ session }) => session ?? []);
      const active = pick.activeItems[0]?.session;
      const hasMoved = active !== shown[0];
      // Whoever is choosing keeps the rows where they are: what came meanwhile stands below them, and Enter takes what it would have taken.
      pick.items = hasMoved || pick.value !== '' ? itemsOf(listing, options, shown) : itemsOf(listing, options);
      // VS Code itself takes the first that fits. To name one that does not, because something was typed just now, would leave Enter with none.
      const kept = hasMoved ? pick.items.find(({ session }) => session !== undefined && session === active) : undefined;
      if (kept) {
        pick.activeItems = [kept];
      }
      pick.busy = false;
    });
    const session = await Promise.race([chosen, complete.then(() => chosen)]);
    if (session === undefined) {
      throw new ConvoSyncError('cancelled', 'No session was picked.');
    }
    return session;
  } finally {
    controller.abort();
    pick.dispose();
  }
}

/** Sessions of other devices before those of this one, each newest first. */
export function othersFirst({ sessions, here }: Listing): SavedSession[] {
  return [...sessions.filter(({ device }) => device.id !== here.id), ...sessions.filter(({ device }) => device.id === here.id)];
}

/** @param shown the sessions that stay above all others, in this order */
function itemsOf(listing: Listing, { from = othersFirst, empty }: PickOptions, shown: readonly string[] = []): SessionItem[] {
  const now = new Date();
  const items: SessionItem[] = [];
  const chosenFrom = from(listing);
  const sessions = [...shown.flatMap((id) => chosenFrom.find(({ summary }) => summary.id === id) ?? []), ...chosenFrom.filter(({ summary }) => !shown.includes(summary.id))];
  if (sessions.length === 0) {
    items.push({ label: empty, iconPath: new vscode.ThemeIcon('info'), alwaysShow: true });
  }
  let device = '';
  for (const session of sessions) {
    if (session.device.id !== device) {
      device = session.device.id;
      const name = plainText(session.device.name);
      items.push({ label: device === listing.here.id ? t`${name} (this device)` : name, kind: vscode.QuickPickItemKind.Separator });
    }
    const { summary } = session;
    const title = summary.conversations[0]?.title;
    items.push({
      label: plainText(summary.message),
      description: plainText(sessionFacts(session, now)),
      ...(title === undefined || title === summary.message ? {} : { detail: plainText(title) }),
      iconPath: new vscode.ThemeIcon(session.queued ? 'cloud-upload' : deviceIcons[session.device.kind]),
      session: summary.id,
    });
  }
  if (listing.problem) {
    const problem: SessionItem = { label: plainText(explainError(listing.problem).title), description: describeFreshness(listing.refreshed, now), iconPath: new vscode.ThemeIcon('warning'), alwaysShow: true };
    // Above the rows that somebody is choosing from it would be the one that Enter takes.
    items.splice(shown.length === 0 ? 0 : items.length, 0, problem);
  }
  return items;
}
