/** How the nodes of the tree are drawn. What is costly or long (the tooltip) is made when it is looked at. */
import * as vscode from 'vscode';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { deviceIcons } from '../../protocol/deviceIcons.ts';
import { count } from '../../wording/quantities.ts';
import { shortCommit, shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { commandLink } from '../contributions.ts';
import { dateAndTime, sessionFacts } from '../sessionText.ts';
import type { GroupNode, MoreNode, SessionNode, SessionsTreeNode, TrashedNode, TrashNode } from './tree.ts';
import { nextPage } from './tree.ts';

/** What helps in a state, to click on. */
export interface WayOut {
  readonly kind: 'wayOut';
  command: vscode.Command;
  icon: string;
  description?: string;
}

/** A state in words, with the ways out of it below. */
export interface Notice {
  readonly kind: 'notice';
  label: string;
  tooltip: string;
  icon: string;
  waysOut: readonly WayOut[];
}

export type SessionsNode = SessionsTreeNode | Notice | WayOut;

export function treeItem(node: SessionsNode, now: Date): vscode.TreeItem {
  switch (node.kind) {
    case 'group':
      return groupItem(node, now);
    case 'session':
      return sessionItem(node, now);
    case 'more':
      return moreItem(node);
    case 'trash':
      return trashItem(node);
    case 'trashed':
      return trashedItem(node, now);
    case 'notice':
      return noticeItem(node);
    case 'wayOut':
      return wayOutItem(node);
  }
}

/** Text from other devices is in it, so it is appended as text, never as Markdown. */
export function tooltip(node: SessionsNode, now: Date): vscode.MarkdownString | undefined {
  return node.kind === 'session' || node.kind === 'trashed' ? sessionTooltip(node.saved, now) : undefined;
}

function groupItem({ group, expanded }: GroupNode, now: Date): vscode.TreeItem {
  const { id, label, of, sessions } = group;
  const item = new vscode.TreeItem(label, expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed);
  const isHere = of.kind === 'device' && of.here;
  const [newest] = sessions;
  const known = t`${count(sessions.length, 'session')} of this repository`;
  item.id = id;
  item.description = [...(isHere ? [t`this device`] : []), ...(newest ? [t`saved ${age(newest.summary.savedAt, now)}`] : [])].join(' · ');
  item.tooltip = t`${label}: ${known}`;
  item.iconPath = new vscode.ThemeIcon({ device: of.kind === 'device' ? deviceIcons[of.device.kind] : '', branch: 'git-branch', conversation: 'comment-discussion', code: 'git-commit' }[of.kind]);
  item.contextValue = isHere ? 'device.here' : of.kind;
  item.accessibilityInformation = { label: [label, item.description, known].join(', ') };
  return item;
}

function sessionItem({ saved, folder, session, group, grouping, resumable }: SessionNode, now: Date): vscode.TreeItem {
  const { summary, device, queued, pinned } = saved;
  const item = new vscode.TreeItem(summary.message);
  const states = [...(queued ? [t`not sent yet`] : []), ...(isDamaged(saved) ? [t`damaged`] : []), ...(pinned ? [t`pinned`] : [])];
  item.id = `session ${group} ${session}`;
  item.description = [...states, ...(grouping === 'device' ? [] : [device.name]), sessionFacts(saved, now)].join(' · ');
  item.iconPath = sessionIcon(saved, resumable);
  item.contextValue = pinned ? 'session.pinned' : 'session';
  item.command = commandLink('convosync.session.open', t`Open Timeline`, { folder, session });
  item.accessibilityInformation = { label: [summary.message, ...(resumable ? [t`can be resumed here`] : []), item.description].join(', ') };
  return item;
}

/** One icon says one thing: first what is the matter with a session, then what can be done with it. */
function sessionIcon(saved: SavedSession, resumable: boolean): vscode.ThemeIcon {
  if (isDamaged(saved)) {
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  }
  if (saved.queued) {
    return new vscode.ThemeIcon('cloud-upload');
  }
  if (resumable) {
    return new vscode.ThemeIcon('cloud-download', new vscode.ThemeColor('charts.blue'));
  }
  return new vscode.ThemeIcon(saved.pinned ? 'pinned' : saved.summary.conversations.length === 0 ? 'git-commit' : 'comment-discussion');
}

function isDamaged({ summary }: SavedSession): boolean {
  return summary.conversations.some(({ damaged }) => damaged !== undefined);
}

function moreItem({ id, hidden, of }: MoreNode): vscode.TreeItem {
  const title = t`Show ${Math.min(hidden, nextPage)} More`;
  const item = new vscode.TreeItem(title);
  item.id = `more ${id}`;
  item.description = t`${of === 'session' ? count(hidden, 'session') : count(hidden, 'group')} not shown`;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = commandLink('convosync.sessions.showMore', title, { id });
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  return item;
}

function trashItem({ id, count: sessions }: TrashNode): vscode.TreeItem {
  const item = new vscode.TreeItem(t`Trash`, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = count(sessions, 'session');
  item.iconPath = new vscode.ThemeIcon('trash');
  item.contextValue = 'trash';
  item.accessibilityInformation = { label: `${t`Trash`}, ${item.description}` };
  return item;
}

function trashedItem({ saved: { summary, device, trashedAt } }: TrashedNode, now: Date): vscode.TreeItem {
  const item = new vscode.TreeItem(summary.message);
  item.id = `trashed ${summary.id}`;
  item.description = `${device.name} · ${t`deleted ${age(trashedAt, now)}`}`;
  item.iconPath = new vscode.ThemeIcon('trash');
  item.contextValue = 'trashed';
  item.accessibilityInformation = { label: [summary.message, t`in the trash`, item.description].join(', ') };
  return item;
}

function noticeItem({ label, tooltip, icon, waysOut }: Notice): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = 'notice';
  item.tooltip = tooltip;
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'notice';
  item.accessibilityInformation = { label: t`${tooltip}, ${count(waysOut.length, 'way out', 'ways out')} below` };
  return item;
}

function wayOutItem({ command, icon, description }: WayOut): vscode.TreeItem {
  const item = new vscode.TreeItem(command.title);
  item.id = `way out ${command.command}`;
  if (description !== undefined) {
    item.description = description;
  }
  item.iconPath = new vscode.ThemeIcon(icon);
  item.command = command;
  item.accessibilityInformation = { label: [command.title, ...(description === undefined ? [] : [description])].join(', ') };
  return item;
}

function sessionTooltip(saved: SavedSession, now: Date): vscode.MarkdownString {
  const { summary, device, queued } = saved;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown('**').appendText(summary.message).appendMarkdown('**\n\n');
  tooltip.appendText(`${device.name} · ${sessionFacts(saved, now)}`).appendMarkdown('\n\n');
  tooltip.appendText(`${shortCommit(summary.commit)} ${summary.subject}`).appendMarkdown('\n\n');
  for (const { title, messages, damaged } of summary.conversations) {
    const held = damaged === undefined ? count(messages, 'message') : t`${count(messages, 'message')}, ${count(damaged, 'line')} of it cannot be read`;
    tooltip.appendText(`${title ?? t`Conversation`} (${held})`).appendMarkdown('\n\n');
  }
  if (summary.excerpt !== '') {
    tooltip.appendMarkdown('---\n\n').appendText(summary.excerpt).appendMarkdown('\n\n');
  }
  tooltip.appendMarkdown('---\n\n').appendText([t`Session ${shortId(summary.id)}`, dateAndTime(summary.savedAt), ...(queued ? [t`not sent yet`] : [])].join(', '));
  return tooltip;
}
