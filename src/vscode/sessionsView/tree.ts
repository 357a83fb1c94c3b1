/**
 * The tree as data. A node is made when it is about to be shown, and stays the same object as long as what it stands for is
 * there, so that what has changed can be drawn anew alone. Knows nothing of VS Code, so that it can be tested alone.
 */
import type { Listing } from '../../core/operations/report.ts';
import type { SavedSession, TrashedSession } from '../../core/vault/state.ts';
import { hasAll, searchableText, wordsOf } from '../../wording/searching.ts';
import type { SessionReference } from '../contributions.ts';
import { type Grouping, groupSessions, type SessionGroup } from './grouping.ts';

export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  group: SessionGroup;
  readonly expanded: boolean;
}

export interface SessionNode extends SessionReference {
  readonly kind: 'session';
  /** Of the group that it is in. */
  readonly group: string;
  readonly grouping: Grouping;
  saved: SavedSession;
  /** It is newer than what is here, and of another device. */
  resumable: boolean;
}

export interface TrashNode {
  readonly kind: 'trash';
  readonly id: typeof trashId;
  count: number;
}

export interface TrashedNode extends SessionReference {
  readonly kind: 'trashed';
  readonly saved: TrashedSession;
}

/** At the end of a long list, of sessions in a group or of groups. */
export interface MoreNode {
  readonly kind: 'more';
  /** Of the list. */
  readonly id: string;
  readonly hidden: number;
  readonly of: 'session' | 'group';
}

export type SessionsTreeNode = GroupNode | SessionNode | TrashNode | TrashedNode | MoreNode;

export interface SessionsTreeFacts {
  folder: string;
  listing: Listing;
  /** Id of the session that another device has left. */
  resumable: string | undefined;
  grouping: Grouping;
  /** Words that all have to be found in a session; empty for all sessions. */
  filter: string;
}

/** How many sessions, or groups, are shown of a list at first, and how many more each time. */
export const pageSize = 100;
export const nextPage = 200;

/** With more groups than this only the first is unfolded from the start. */
const unfoldedGroups = 4;
const rootId = 'root';
const trashId = 'trash';

export class SessionsTree {
  /** What a session says never changes, so what is read of it for a filter or a group is read once. */
  readonly #texts = new Map<string, string>();
  readonly #branches = new Map<string, string | undefined>();
  readonly #shown = new Map<string, number>();
  readonly #trash: TrashNode = { kind: 'trash', id: trashId, count: 0 };
  #groups = new Map<string, GroupNode>();
  /** Those that were asked for, by group. */
  #rows = new Map<string, Map<string, SessionNode>>();
  #facts: SessionsTreeFacts | undefined;
  #trashed: TrashedSession[] = [];

  /** How many sessions are in the tree, shown or not. */
  get size(): number {
    return new Set([...this.#groups.values()].flatMap(({ group }) => group.sessions)).size;
  }

  /** Takes what is known now, and gives the nodes to be drawn anew; undefined for all of them. */
  update(facts: SessionsTreeFacts): SessionsTreeNode[] | undefined {
    const before = this.#facts;
    const isOther = before?.folder !== facts.folder || before.grouping !== facts.grouping || before.filter !== facts.filter;
    if (isOther) {
      this.#groups.clear();
      this.#rows.clear();
      this.#shown.clear();
    }
    if (facts.filter === '') {
      this.#texts.clear();
    }
    this.#facts = facts;
    const trashBefore = this.#trashed;
    this.#trashed = this.#matching(facts.listing.trash);
    this.#trash.count = this.#trashed.length;
    const groups = groupSessions(this.#matching(facts.listing.sessions), { grouping: facts.grouping, here: facts.listing.here.id, branchOf: (session) => this.#branchOf(session) });
    const sameTop = !isOther && sameGroups([...this.#groups.values()].map(({ group }) => group), groups) && (trashBefore.length === 0) === (this.#trashed.length === 0);
    const changed: SessionsTreeNode[] = this.#updateGroups(groups);
    if (!sameTop) {
      return undefined;
    }
    return sameList(trashBefore, this.#trashed, Infinity) ? changed : [...changed, this.#trash];
  }

  roots(): SessionsTreeNode[] {
    const groups = [...this.#groups.values()];
    return [...this.#page(rootId, groups, 'group'), ...(this.#trash.count > 0 ? [this.#trash] : [])];
  }

  children(node: SessionsTreeNode): SessionsTreeNode[] {
    const folder = this.#facts?.folder ?? '';
    if (node.kind === 'trash') {
      return this.#page(trashId, this.#trashed, 'session').map((one) => ('kind' in one ? one : { kind: 'trashed', folder, session: one.outline.id, saved: one }));
    }
    return node.kind === 'group' ? this.#page(node.id, node.group.sessions, 'session').map((one) => ('kind' in one ? one : this.#rowOf(node, one))) : [];
  }

  /** Shows more of a list, and gives the node of that list; undefined for the top. */
  showMore(id: string): SessionsTreeNode | undefined {
    this.#shown.set(id, this.#shownOf(id) + nextPage);
    return id === trashId ? this.#trash : this.#groups.get(id);
  }

  #page<T>(id: string, all: readonly T[], of: MoreNode['of']): (T | MoreNode)[] {
    const shown = all.slice(0, this.#shownOf(id));
    const hidden = all.length - shown.length;
    return hidden === 0 ? shown : [...shown, { kind: 'more', id, hidden, of }];
  }

  #shownOf(id: string): number {
    return this.#shown.get(id) ?? pageSize;
  }

  #rowOf(node: GroupNode, saved: SavedSession): SessionNode {
    const rows = this.#rows.get(node.id) ?? new Map<string, SessionNode>();
    this.#rows.set(node.id, rows);
    const session = saved.outline.id;
    const { folder = '', grouping = 'device', resumable } = this.#facts ?? {};
    const row = rows.get(session) ?? { kind: 'session', folder, session, group: node.id, grouping, saved, resumable: session === resumable };
    rows.set(session, row);
    return row;
  }

  /** The nodes that are to be drawn anew below a top that has stayed. */
  #updateGroups(groups: readonly SessionGroup[]): SessionsTreeNode[] {
    const known = this.#groups;
    const expandAll = groups.length <= unfoldedGroups;
    this.#groups = new Map(groups.map((group, index) => [group.id, known.get(group.id) ?? { kind: 'group', id: group.id, group, expanded: expandAll || index === 0 }]));
    const rows = this.#rows;
    this.#rows = new Map([...rows].filter(([id]) => this.#groups.has(id)));
    return groups.flatMap((group): SessionsTreeNode[] => {
      const node = this.#groups.get(group.id);
      if (!node) {
        return [];
      }
      const sameRows = sameList(node.group.sessions, group.sessions, this.#shownOf(group.id));
      node.group = group;
      const changed = this.#updateRows(node, sameRows);
      return sameRows ? changed : [node];
    });
  }

  #updateRows({ id, group }: GroupNode, sameRows: boolean): SessionNode[] {
    const rows = this.#rows.get(id);
    if (!rows) {
      return [];
    }
    const { resumable } = this.#facts ?? {};
    const changed: SessionNode[] = [];
    const kept = new Set<string>();
    for (const saved of group.sessions.slice(0, this.#shownOf(id))) {
      const session = saved.outline.id;
      const row = rows.get(session);
      kept.add(session);
      if (row) {
        const isResumable = session === resumable;
        if (row.saved.queued !== saved.queued || row.saved.pinned !== saved.pinned || row.resumable !== isResumable) {
          changed.push(row);
        }
        row.saved = saved;
        row.resumable = isResumable;
      }
    }
    if (!sameRows) {
      this.#rows.set(id, new Map([...rows].filter(([session]) => kept.has(session))));
    }
    return changed;
  }

  #matching<S extends SavedSession>(sessions: readonly S[]): S[] {
    const words = wordsOf(this.#facts?.filter ?? '');
    return words.length === 0 ? [...sessions] : sessions.filter((session) => hasAll(this.#textOf(session), words));
  }

  #textOf(session: SavedSession): string {
    const key = `${session.outline.id} ${session.device.name}`;
    const text = this.#texts.get(key) ?? searchableText(session);
    this.#texts.set(key, text);
    return text;
  }

  #branchOf(session: SavedSession): string | undefined {
    const { id } = session.outline;
    if (!this.#branches.has(id)) {
      this.#branches.set(id, session.summary.branch);
    }
    return this.#branches.get(id);
  }
}

function sameGroups(before: readonly SessionGroup[], after: readonly SessionGroup[]): boolean {
  return before.length === after.length && after.every((group, index) => {
    const other = before[index];
    return other?.id === group.id && (group.of.kind !== 'device' || (other.of.kind === 'device' && other.label === group.label && other.of.device.kind === group.of.device.kind && other.of.here === group.of.here));
  });
}

/** Whether as much as is shown is the same, and how many there are. */
function sameList(before: readonly SavedSession[], after: readonly SavedSession[], shown: number): boolean {
  return before.length === after.length && after.slice(0, shown).every(({ outline }, index) => outline.id === before[index]?.outline.id);
}
