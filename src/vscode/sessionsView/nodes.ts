/** The nodes of the tree. Each makes its own `TreeItem`; what is costly or long (the tooltip) is made when looked at. */
import * as vscode from 'vscode';
import type { SavedSession, TrashedSession } from '../../core/vault/state.ts';
import { deviceIcons } from '../../protocol/deviceIcons.ts';
import { count } from '../../wording/quantities.ts';
import { shortCommit, shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { commandLink, type SessionReference } from '../contributions.ts';
import { sessionFacts } from '../sessionText.ts';
import type { DeviceGroup } from './model.ts';

export interface SessionsNode {
  readonly children: readonly SessionsNode[];
  treeItem(now: Date): vscode.TreeItem;
  /** Text from other devices is in it, so it is appended as text, never as Markdown. */
  tooltip?(now: Date): vscode.MarkdownString;
}

/** Sessions that a device shows before "Show More". */
const pageSize = 100;

/** Stays the same object while its rows change, so that it alone can be drawn anew. */
export class DeviceNode implements SessionsNode {
  readonly id: string;
  readonly #folder: string;
  readonly #expanded: boolean;
  #group: DeviceGroup;
  #resumable: string | undefined;
  #shown = pageSize;

  constructor(folder: string, group: DeviceGroup, options: { resumable: string | undefined; expanded: boolean }) {
    this.id = group.device.id;
    this.#folder = folder;
    this.#group = group;
    this.#resumable = options.resumable;
    this.#expanded = options.expanded;
  }

  update(group: DeviceGroup, resumable: string | undefined): void {
    this.#group = group;
    this.#resumable = resumable;
  }

  showMore(): void {
    this.#shown += pageSize;
  }

  get children(): readonly SessionsNode[] {
    const sessions = this.#group.sessions.slice(0, this.#shown).map((session) => new SessionNode(this.#folder, session, session.outline.id === this.#resumable));
    const hidden = this.#group.sessions.length - sessions.length;
    return hidden === 0 ? sessions : [...sessions, new MoreNode(this.id, hidden)];
  }

  treeItem(now: Date): vscode.TreeItem {
    const { device, name, here, sessions } = this.#group;
    const item = new vscode.TreeItem(name, this.#expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed);
    const newest = sessions[0];
    item.id = `device ${device.id}`;
    item.description = [...(here ? ['this device'] : []), ...(newest ? [`saved ${age(newest.summary.savedAt, now)}`] : [])].join(' · ');
    item.tooltip = `${name}: ${count(sessions.length, 'session')} of this repository`;
    item.iconPath = new vscode.ThemeIcon(deviceIcons[device.kind]);
    item.contextValue = here ? 'device.here' : 'device';
    return item;
  }
}

export class SessionNode implements SessionsNode, SessionReference {
  readonly folder: string;
  readonly session: string;
  readonly children = [];
  readonly #saved: SavedSession;
  readonly #resumable: boolean;

  constructor(folder: string, saved: SavedSession, resumable: boolean) {
    this.folder = folder;
    this.session = saved.summary.id;
    this.#saved = saved;
    this.#resumable = resumable;
  }

  treeItem(now: Date): vscode.TreeItem {
    const { summary, queued } = this.#saved;
    const item = new vscode.TreeItem(summary.message);
    const facts = sessionFacts(this.#saved, now);
    item.id = `session ${summary.id}`;
    item.description = [...(queued ? ['not sent yet'] : []), ...(this.#saved.pinned ? ['pinned'] : []), facts].join(' · ');
    item.iconPath = this.#icon();
    item.contextValue = this.#saved.pinned ? 'session.pinned' : 'session';
    item.command = commandLink('convosync.session.open', 'Open Timeline', { folder: this.folder, session: this.session });
    item.accessibilityInformation = { label: `${summary.message}, ${item.description}` };
    return item;
  }

  tooltip(now: Date): vscode.MarkdownString {
    return sessionTooltip(this.#saved, now);
  }

  #icon(): vscode.ThemeIcon {
    if (this.#saved.queued) {
      return new vscode.ThemeIcon('cloud-upload');
    }
    if (this.#saved.pinned && !this.#resumable) {
      return new vscode.ThemeIcon('pinned');
    }
    return this.#resumable
      ? new vscode.ThemeIcon('cloud-download', new vscode.ThemeColor('charts.blue'))
      : new vscode.ThemeIcon(this.#saved.summary.conversations.length === 0 ? 'git-commit' : 'comment-discussion');
  }
}

export class MoreNode implements SessionsNode {
  readonly children = [];
  readonly #device: string;
  readonly #hidden: number;

  constructor(device: string, hidden: number) {
    this.#device = device;
    this.#hidden = hidden;
  }

  treeItem(): vscode.TreeItem {
    const item = new vscode.TreeItem('Show More');
    item.id = `more ${this.#device}`;
    item.description = count(this.#hidden, 'older session');
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = commandLink('convosync.sessions.showMore', 'Show More', { id: this.#device });
    return item;
  }
}

export class TrashNode implements SessionsNode {
  readonly children: readonly SessionsNode[];

  constructor(folder: string, trash: readonly TrashedSession[]) {
    this.children = trash.map((session) => new TrashedNode(folder, session));
  }

  treeItem(): vscode.TreeItem {
    const item = new vscode.TreeItem('Trash', vscode.TreeItemCollapsibleState.Collapsed);
    item.id = 'trash';
    item.description = count(this.children.length, 'session');
    item.iconPath = new vscode.ThemeIcon('trash');
    item.contextValue = 'trash';
    return item;
  }
}

export class TrashedNode implements SessionsNode, SessionReference {
  readonly folder: string;
  readonly session: string;
  readonly children = [];
  readonly #saved: TrashedSession;

  constructor(folder: string, saved: TrashedSession) {
    this.folder = folder;
    this.session = saved.summary.id;
    this.#saved = saved;
  }

  treeItem(now: Date): vscode.TreeItem {
    const { summary, device, trashedAt } = this.#saved;
    const item = new vscode.TreeItem(summary.message);
    item.id = `trashed ${summary.id}`;
    item.description = `${device.name} · deleted ${age(trashedAt, now)}`;
    item.iconPath = new vscode.ThemeIcon('trash');
    item.contextValue = 'trashed';
    return item;
  }

  tooltip(now: Date): vscode.MarkdownString {
    return sessionTooltip(this.#saved, now);
  }
}

/** What helps in a state, to click on. */
export interface WayOut {
  command: vscode.Command;
  icon: string;
  description?: string;
}

export interface Notice {
  label: string;
  tooltip: string;
  icon: string;
  waysOut: readonly WayOut[];
}

/** A state in words, with the ways out of it below. */
export class NoticeNode implements SessionsNode {
  readonly children: readonly SessionsNode[];
  readonly #notice: Notice;

  constructor(notice: Notice) {
    this.#notice = notice;
    this.children = notice.waysOut.map((wayOut) => new WayOutNode(wayOut));
  }

  treeItem(): vscode.TreeItem {
    const { label, tooltip, icon } = this.#notice;
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
    item.id = 'notice';
    item.tooltip = tooltip;
    item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = 'notice';
    return item;
  }
}

class WayOutNode implements SessionsNode {
  readonly children = [];
  readonly #wayOut: WayOut;

  constructor(wayOut: WayOut) {
    this.#wayOut = wayOut;
  }

  treeItem(): vscode.TreeItem {
    const { command, icon, description } = this.#wayOut;
    const item = new vscode.TreeItem(command.title);
    item.id = `way out ${command.command}`;
    if (description !== undefined) {
      item.description = description;
    }
    item.iconPath = new vscode.ThemeIcon(icon);
    item.command = command;
    return item;
  }
}

function sessionTooltip(saved: SavedSession, now: Date): vscode.MarkdownString {
  const { summary, device, queued } = saved;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown('**').appendText(summary.message).appendMarkdown('**\n\n');
  tooltip.appendText(`${device.name} · ${sessionFacts(saved, now)}`).appendMarkdown('\n\n');
  tooltip.appendText(`${shortCommit(summary.commit)} ${summary.subject}`).appendMarkdown('\n\n');
  for (const { title, messages } of summary.conversations) {
    tooltip.appendText(`${title ?? 'Conversation'} (${count(messages, 'message')})`).appendMarkdown('\n\n');
  }
  if (summary.excerpt !== '') {
    tooltip.appendMarkdown('---\n\n').appendText(summary.excerpt).appendMarkdown('\n\n');
  }
  tooltip.appendMarkdown('---\n\n').appendText(`Session ${shortId(summary.id)}, ${new Date(summary.savedAt).toLocaleString()}${queued ? ', not sent yet' : ''}`);
  return tooltip;
}
