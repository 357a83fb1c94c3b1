import assert from 'node:assert/strict';
import type { SavedSession } from '../../../src/core/vault/state.ts';
import { nextPage, pageSize, SessionsTree, type SessionsTreeFacts, type SessionsTreeNode } from '../../../src/vscode/sessionsView/tree.ts';
import { desktop, laptop, listing, minutesAgo, saved } from './facts.ts';

describe('the tree of sessions', () => {
  const two = [saved('s3', desktop), saved('s2', laptop), saved('s1', desktop)];

  it('puts the device that saved last first, and marks this one', () => {
    const [first, second] = treeOf(two).roots();
    assert.ok(first?.kind === 'group' && second?.kind === 'group');
    assert.deepEqual([first.group.label, second.group.label], ['desktop', 'laptop']);
    assert.deepEqual([first, second].map(({ group: { of } }) => of.kind === 'device' && of.here), [false, true]);
  });

  it('keeps the sessions of a device newest first', () => {
    assert.deepEqual(outline(treeOf(two)), ['desktop', '  s3', '  s1', 'laptop', '  s2']);
  });

  it('groups by branch, those without one together', () => {
    const [one, ...others] = two.map((session, index) => sessionWith(session, index === 0 ? { branch: null } : { branch: index === 1 ? 'feature/menu' : 'main' }));
    assert.deepEqual(outline(treeOf([one!, ...others], { grouping: 'branch' })), ['No Branch', '  s3', 'feature/menu', '  s2', 'main', '  s1']);
  });

  it('groups by conversation, a session of two below both, and one of code alone below neither', () => {
    const c1 = { agent: 'claude-code', id: 'c1', title: 'Ask about pizza', messages: 1, issues: 0, bytes: 1 };
    const c2 = { ...c1, id: 'c2', title: 'Halve a pizza' };
    const sessions = [sessionWith(saved('s4', desktop), { conversations: [c1, c2] }), sessionWith(saved('s2', laptop), { conversations: [c1] }), sessionWith(saved('s1', laptop), { conversations: [] })];
    assert.deepEqual(outline(treeOf(sessions, { grouping: 'conversation' })), ['Ask about pizza', '  s4', '  s2', 'Halve a pizza', '  s4', 'Code Only', '  s1']);
  });

  it('shows only sessions in which all words are found, in any case, and the trash alike', () => {
    const trash = [{ ...saved('t1', desktop, { message: 'Menu of old' }), trashedAt: minutesAgo(1), trashedBy: { writer: 'wwwwwwww', seq: 3, who: 'person' as const } }];
    const sessions = [saved('s3', desktop, { message: 'Write the Menu' }), saved('s2', laptop, { message: 'Write the menu' }), saved('s1', laptop)];
    const tree = new SessionsTree();
    tree.update({ ...facts(sessions, { filter: 'MENU lap' }), listing: listing(sessions, { trash }) });
    assert.deepEqual(outline(tree), ['laptop', '  s2']);
    assert.equal(tree.size, 1);
    assert.equal(tree.update({ ...facts(sessions, { filter: 'menu' }), listing: listing(sessions, { trash }) }), undefined);
    assert.deepEqual(outline(tree), ['desktop', '  s3', 'laptop', '  s2', 'trash', '  t1']);
  });

  it('draws nothing anew when nothing has changed', () => {
    const tree = treeOf(two);
    outline(tree);
    assert.deepEqual(tree.update(facts(structuredClone(two))), []);
  });

  it('draws only the sessions anew that were sent or pinned, or can be resumed now', () => {
    const tree = treeOf([saved('s3', desktop), saved('s2', laptop, { queued: true }), saved('s1', desktop)]);
    outline(tree);
    assert.deepEqual(names(tree.update(facts(two))), ['s2']);
    assert.deepEqual(names(tree.update(facts(two, { resumable: 's3' }))), ['s3']);
    assert.deepEqual(names(tree.update(facts([two[0]!, two[1]!, { ...two[2]!, pinned: true }]))), ['s3', 's1']);
  });

  it('draws only the group anew to which a session came, and keeps the nodes of the others', () => {
    const tree = treeOf(two);
    const before = rows(tree);
    assert.deepEqual(names(tree.update(facts([saved('s4', desktop), ...two]))), ['desktop']);
    const after = rows(tree);
    assert.deepEqual(after.map(([name]) => name), ['s4', 's3', 's1', 's2']);
    assert.ok(before.every(([name, node]) => after.some(([other, same]) => other === name && same === node)));
  });

  it('draws all anew when a device has another place or name, and when there is something in the trash', () => {
    const tree = treeOf(two);
    assert.equal(tree.update(facts([saved('s4', laptop), ...two])), undefined);
    assert.equal(tree.update(facts(two.map((session) => (session.device.id === desktop.id ? { ...session, device: { ...desktop, name: 'attic' } } : session)))), undefined);
    const trash = [{ ...saved('s9', desktop), trashedAt: minutesAgo(1), trashedBy: { writer: 'wwwwwwww', seq: 3, who: 'person' as const } }];
    assert.equal(tree.update({ ...facts(two), listing: listing(two, { trash }) }), undefined);
  });

  it('makes the nodes of ten thousand sessions, and reads what they say, only as far as they are shown', () => {
    let read = 0;
    const many = Array.from({ length: 10_000 }, (_, index) => countingReads(saved(`s${index}`, index % 2 === 0 ? laptop : desktop), () => read++));
    const tree = treeOf(many);
    assert.equal(rows(tree).length, 2 * pageSize);
    assert.equal(read, 0);
    assert.deepEqual(tree.update(facts([...many])), []);
    const [group] = tree.roots();
    assert.equal(tree.showMore(group?.kind === 'group' ? group.id : ''), group);
    assert.equal(rows(tree).length, 2 * pageSize + nextPage);
    assert.equal(read, 0);
  });

  it('shows the rest of many groups when it is asked for', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => {
      const session = saved(`s${index}`, laptop);
      const outlined = { ...session.outline, conversations: [{ agent: 'claude-code', id: `c${index}`, messages: 1 }] };
      return { ...session, outline: outlined };
    });
    const tree = treeOf(many, { grouping: 'conversation' });
    assert.equal(tree.roots().length, pageSize + 1);
    assert.deepEqual(tree.roots().at(-1), { kind: 'more', id: 'root', hidden: 900, of: 'group' });
    assert.equal(tree.showMore('root'), undefined);
    assert.equal(tree.roots().length, pageSize + nextPage + 1);
  });
});

function facts(sessions: SavedSession[], rest: Partial<SessionsTreeFacts> = {}): SessionsTreeFacts {
  return { folder: '/home/ada/pizza', listing: listing(sessions), resumable: undefined, grouping: 'device', filter: '', ...rest };
}

function treeOf(sessions: SavedSession[], rest: Partial<SessionsTreeFacts> = {}): SessionsTree {
  const tree = new SessionsTree();
  assert.equal(tree.update(facts(sessions, rest)), undefined);
  return tree;
}

function outline(tree: SessionsTree): string[] {
  return tree.roots().flatMap((root) => [nameOf(root), ...tree.children(root).map((node) => `  ${nameOf(node)}`)]);
}

/** The nodes of all sessions that are shown, with their ids. */
function rows(tree: SessionsTree): [string, SessionsTreeNode][] {
  return tree.roots().flatMap((root) => tree.children(root)).filter(({ kind }) => kind === 'session').map((node) => [nameOf(node), node]);
}

function names(nodes: SessionsTreeNode[] | undefined): string[] | undefined {
  return nodes?.map(nameOf);
}

function nameOf(node: SessionsTreeNode): string {
  return node.kind === 'group' ? node.group.label : node.kind === 'session' || node.kind === 'trashed' ? node.session : node.kind;
}

/** @param branch null for a session without one */
function sessionWith(session: SavedSession, { branch, conversations = session.summary.conversations }: { branch?: string | null; conversations?: SavedSession['summary']['conversations'] }): SavedSession {
  const summary = { ...session.summary, conversations };
  if (branch === null) {
    delete summary.branch;
  } else if (branch !== undefined) {
    summary.branch = branch;
  }
  return { ...session, summary, outline: { ...session.outline, conversations } };
}

function countingReads(session: SavedSession, onRead: () => void): SavedSession {
  const { summary } = session;
  return Object.defineProperty({ ...session }, 'summary', { get: () => { onRead(); return summary; }, enumerable: true });
}
