/** What the other devices left for this one: handoffs of their sessions, and those that lie in the repository alone. */
import * as vscode from 'vscode';
import { isCancellation } from '../../core/common/errors.ts';
import type { Logger } from '../../core/common/logger.ts';
import type { RepositoryHandoff } from '../../core/operations/handoffs/repositoryHandoffs.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { deviceIcons } from '../../protocol/deviceIcons.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { age } from '../../wording/time.ts';
import { commandLink, type SessionReference } from '../contributions.ts';
import type { LazyCore } from '../lazyCore.ts';
import { leftHandoffs } from './leftHandoffs.ts';
import type { ReadyState } from './listView.ts';

export async function handoffRows({ core, logger }: { core: Pick<LazyCore, 'inBackground'>; logger: Logger }, { folder, status }: ReadyState, now: Date): Promise<vscode.TreeItem[]> {
  const { listing, devices } = status;
  const inRepository = await handoffsInRepository(core, folder, logger);
  return [
    ...leftHandoffs(listing).map((session) => new HandoffRow(folder, session, deviceName(session.device, devices), now)),
    ...inRepository.map((handoff) => repositoryRow(folder, handoff, now)),
  ];
}

/** Commands take it as the session that it is of. */
class HandoffRow extends vscode.TreeItem implements SessionReference {
  readonly folder: string;
  readonly session: string;

  constructor(folder: string, { outline, summary, device }: SavedSession, name: string, now: Date) {
    super(summary.message);
    this.folder = folder;
    this.session = outline.id;
    this.id = outline.id;
    this.description = `${name} · ${age(summary.savedAt, now)}`;
    this.tooltip = new vscode.MarkdownString().appendText(summary.excerpt);
    this.iconPath = new vscode.ThemeIcon(deviceIcons[device.kind]);
    this.contextValue = 'handoff';
    this.command = commandLink('convosync.handoff.open', t`Open Handoff`, { folder, session: outline.id });
    this.accessibilityInformation = { label: t`Handoff “${summary.message}”, ${this.description}` };
  }
}

function repositoryRow(folder: string, { device, at }: RepositoryHandoff, now: Date): vscode.TreeItem {
  const row = new vscode.TreeItem(device);
  row.id = `repository ${device}`;
  row.description = [t`in the repository`, ...(at === undefined ? [] : [age(at, now)])].join(' · ');
  row.tooltip = t`Of a device without ConvoSync`;
  row.iconPath = new vscode.ThemeIcon('note');
  row.contextValue = 'handoff.repository';
  row.command = commandLink('convosync.handoff.open', t`Open Handoff`, { folder, device });
  row.accessibilityInformation = { label: t`Handoff of ${device}, ${row.description}` };
  return row;
}

/** A file of the repository that cannot be read hides no handoff of a session. */
async function handoffsInRepository(core: Pick<LazyCore, 'inBackground'>, folder: string, logger: Logger): Promise<RepositoryHandoff[]> {
  try {
    return (await (await core.inBackground()).handoffs(folder, { sessions: [], refresh: false })).inRepository;
  } catch (error) {
    if (!isCancellation(error)) {
      logger.warn(`handoffs in the repository were not read: ${error instanceof Error ? error.message : String(error)}`);
    }
    return [];
  }
}
