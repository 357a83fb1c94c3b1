import * as assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import type { Difference, Note, SaveReport } from '../../../src/core/operations/report.ts';
import { describeDifference, describeNote, describeOutcome, describeUndo, describeVerdict } from '../../../src/wording/reports.ts';

const here = 'f123456789abcdef0123456789abcdef01234567';
const session = '0123456789abcdef0123456789abcdef01234567';
const conversation = '11111111-2222-4333-8444-555555555555';
const agent = 'claude-code';

const differences: Record<Difference['kind'], (readonly [Difference, string])[]> = {
  'other-commit': [
    [{ kind: 'other-commit', here, session, ahead: 1, behind: 2 }, 'The code here is at f123456, 1 commit ahead of the session’s 0123456 and 2 commits behind it.'],
    [{ kind: 'other-commit', here, session, ahead: 0, behind: 2 }, 'The code here is at f123456, 2 commits behind the session’s 0123456.'],
    [{ kind: 'other-commit', here, session, ahead: 1, behind: 0 }, 'The code here is at f123456, 1 commit ahead of the session’s 0123456.'],
    [{ kind: 'other-commit', here, session }, 'The code here is at f123456, the session at 0123456.'],
  ],
  'other-branch': [
    [{ kind: 'other-branch', here: 'main', session: 'feature/menu' }, 'You are on main, the session on feature/menu.'],
    [{ kind: 'other-branch', session: 'feature/menu' }, 'You are on no branch, the session on feature/menu.'],
  ],
  'working-tree-changed': [
    [{ kind: 'working-tree-changed', files: 1 }, '1 file here has uncommitted changes.'],
    [{ kind: 'working-tree-changed', files: 2 }, '2 files here have uncommitted changes.'],
  ],
  'snapshot-missing': [[{ kind: 'snapshot-missing', files: 2 }, '2 uncommitted files of the session are not in the working tree.']],
  'snapshot-changed': [[{ kind: 'snapshot-changed', files: 1 }, '1 file here has uncommitted changes that are not those of the session.']],
  'session-unclean': [[{ kind: 'session-unclean' }, 'When it was saved there were changes that the session does not hold.'], [{ kind: 'session-unclean', files: ['.env'] }, 'When it was saved there were changes that the session does not hold: .env.']],
  'conversation-missing': [[{ kind: 'conversation-missing', agent, conversation }, 'Conversation 11111111 is not on this device.']],
  'conversation-longer': [[{ kind: 'conversation-longer', agent, conversation, messages: 3 }, 'Conversation 11111111 went on here by 3 messages.']],
  'conversation-shorter': [[{ kind: 'conversation-shorter', agent, conversation }, 'Conversation 11111111 is shorter here than in the session.']],
  'conversation-diverged': [[{ kind: 'conversation-diverged', agent, conversation }, 'Conversation 11111111 went on here and elsewhere.']],
  'conversation-forked': [[{ kind: 'conversation-forked', agent, conversation, as: '99999999-0000', elsewhere: true }, 'Conversation 11111111 belongs to another folder of this device; the session’s is here as 99999999.'], [{ kind: 'conversation-forked', agent, conversation, as: '99999999-0000' }, 'Conversation 11111111 went on in two places; the session’s is here as 99999999.']],
  'agent-blind': [
    [{ kind: 'agent-blind', agent, conversation, reason: 'in-two-folders' }, 'The agent does not see conversation 11111111: it lies in two folders of the agent.'],
    [{ kind: 'agent-blind', agent, conversation, reason: 'a-new-one' }, 'The agent does not see conversation 11111111.'],
  ],
  'commit-missing': [
    [{ kind: 'commit-missing', session }, 'The session’s commit 0123456 is not on this device.'],
    [{ kind: 'commit-missing', session, repository: 'api' }, 'In api: The session’s commit 0123456 is not on this device.'],
  ],
  'companion-missing': [[{ kind: 'companion-missing', repository: 'api' }, 'In api: The repository is not where it was looked for.']],
};

const notes: Record<Note['kind'], (readonly [Note, string])[]> = {
  recovered: [
    [{ kind: 'recovered', operation: 'save', how: 'completed', session, sent: 0 }, 'An interrupted save (01234567) was completed first.'],
    [{ kind: 'recovered', operation: 'resume', how: 'rolled-back', session, sent: 0 }, 'An interrupted resume (01234567) was taken back first.'],
  ],
  interrupted: [
    [{ kind: 'interrupted', operation: 'resume' }, 'A resume was interrupted here. The next command that looks at the remote completes it or takes it back.'],
    [{ kind: 'interrupted', operation: 'undo' }, 'An undo was interrupted here. The next command that looks at the remote completes it or takes it back.'],
  ],
  'unportable-names': [[{ kind: 'unportable-names', agent, conversation, paths: ['session/a:b.txt'] }, 'Windows takes no such name as session/a:b.txt: resumed there, conversation 11111111 comes without that file.']],
  'left-aside': [[{ kind: 'left-aside', agent, conversation, paths: ['session/a:b.txt', 'session/CON'] }, 'This device takes no such name as session/a:b.txt and session/CON: those files stay in the session, and the rest of conversation 11111111 is here.']],
  'handoffs-lost': [[{ kind: 'handoffs-lost', path: '.convosync/session-handoff.md', devices: ['phone', 'desk'] }, 'A merge has lost handoffs of phone and desk in .convosync/session-handoff.md. The next save here that writes it puts them back.']],
  'copied-device': [[{ kind: 'copied-device' }, 'ConvoSync’s folder on this device was copied or restored. Both copies count as this one device, and nothing is lost by that.']],
  'refused-records': [
    [{ kind: 'refused-records', object: '00000012-0123456789abcdef', count: 2, reason: 'ended', device: 'Laptop' }, 'Laptop was taken out of the vault and has written on: nothing of that is used (from 00000012-012… on).'],
    [{ kind: 'refused-records', object: '00000001-0123456789abcdef', count: 2, reason: 'unlisted' }, 'Somebody with a key that was replaced has written as a device that nobody knows: nothing of that is used (from 00000001-012… on).'],
  ],
  'distrusted': [[{ kind: 'distrusted', error: new ConvoSyncError('vault-rolled-back', '', { details: { device: 'laptop' } }) }, 'The storage shows an older state of the vault than this device has seen. Of “laptop” you see what was proven before; your other devices are not touched by it.']],
  'clock-ahead': [[{ kind: 'clock-ahead', writers: 1 }, 'The clock of 1 device runs more than a day ahead; the order of sessions may be off.']],
  'generic-device-name': [[{ kind: 'generic-device-name', name: 'localhost' }, 'This device is called “localhost”, which does not tell it from others. Give it a name.']],
  'bad-lines': [
    [{ kind: 'bad-lines', agent, conversation, count: 1 }, '1 line of conversation 11111111 could not be read; it is kept exactly as it is.'],
    [{ kind: 'bad-lines', agent, conversation, count: 2 }, '2 lines of conversation 11111111 could not be read; they are kept exactly as they are.'],
  ],
  redacted: [
    [{ kind: 'redacted', agent, conversation, count: 1 }, 'Conversation 11111111 is complete except 1 redaction.'],
    [{ kind: 'redacted', agent, conversation, count: 3 }, 'Conversation 11111111 is complete except 3 redactions.'],
  ],
  unreadable: [[{ kind: 'unreadable', agent, count: 2 }, '2 conversation files could not be read and are not part of this.']],
  'not-saved': [
    [{ kind: 'not-saved', what: 'secrets', paths: ['.env'] }, 'Not saved: .env (its name is that of a secret).'],
    [{ kind: 'not-saved', what: 'secrets', paths: ['.env', 'a.key'] }, 'Not saved: .env and a.key (their names are those of secrets).'],
    [{ kind: 'not-saved', what: 'large', paths: ['video.mp4'] }, 'Not saved: video.mp4 (very large).'],
    [{ kind: 'not-saved', what: 'lfs', paths: ['model.bin'] }, 'Not saved: model.bin (but its pointer: Git LFS sends contents only when the branch is pushed).'],
    [{ kind: 'not-saved', what: 'emptyFolders', paths: ['logs/'] }, 'Not saved: logs/ (empty, and git knows no empty folders).'],
    [{ kind: 'not-saved', what: 'ignored', paths: ['local.json'] }, 'Not saved: local.json (ignored by git, though the conversation wrote it).'],
    [{ kind: 'not-saved', what: 'unreadableNames', paths: ['?.txt'] }, 'Not saved: ?.txt (its name is not in UTF-8).'],
    [{ kind: 'not-saved', what: 'nestedRepositories', paths: ['lib/inner'] }, 'Not saved: lib/inner (a repository of its own inside this one).'],
    [{ kind: 'not-saved', what: 'insideSubmodules', paths: ['sm'] }, 'Changes inside the submodule sm are not saved.'],
    [{ kind: 'not-saved', what: 'insideSubmodules', paths: ['sm', 'lib'] }, 'Changes inside the submodules sm and lib are not saved.'],
  ],
  'hooks-changed-files': [[{ kind: 'hooks-changed-files', paths: ['a.ts', 'b.ts'] }, 'A hook of yours changed a.ts and b.ts while committing.']],
};

const report: SaveReport = {
  session: '3f2a9b0c11', message: 'Menu', steps: [{ kind: 'capture', agent, conversation, messages: 2, issues: 0, running: false }], commit: session, branch: 'main', outcome: 'sent', branchPushed: true, stored: 1234, messages: 2, issues: 0, sealing: 'readable', notes: [],
};

describe('describeVerdict', () => {
  it('says in one line that all is in sync', () => {
    assert.deepEqual(describeVerdict({ inSync: true, differences: [] }), { title: 'Code and conversation are in sync', differences: [] });
  });

  it('gives every difference a line of its own', () => {
    const all = Object.values(differences).flat();
    const { title, differences: lines } = describeVerdict({ inSync: false, differences: all.map(([difference]) => difference) });
    assert.notEqual(title, 'Code and conversation are in sync');
    assert.deepEqual(lines, all.map(([, line]) => line));
    assert.deepEqual(all.map(([difference]) => describeDifference(difference)), lines);
  });

  it('calls a conversation by its title where it has one', () => {
    const missing: Difference = { kind: 'conversation-missing', agent, conversation };
    assert.equal(describeDifference(missing, [{ id: conversation, title: 'Pizzas of two halves' }]), 'Conversation “Pizzas of two halves” is not on this device.');
    assert.equal(describeDifference(missing, [{ id: conversation }, { id: 'another', title: 'Oven' }]), 'Conversation 11111111 is not on this device.');
  });
});

describe('describeNote', () => {
  for (const [note, sentence] of Object.values(notes).flat()) {
    it(`says: ${sentence}`, () => assert.equal(describeNote(note), sentence));
  }
});

describe('describeOutcome', () => {
  it('promises other devices only what was sent', () => {
    assert.deepEqual(describeOutcome(report), { title: 'Saved session 3f2a9b0c', detail: 'It can be resumed on any of your devices. Branch main is at the remote. Added 1.2 KB.' });
    const queued = describeOutcome({ ...report, outcome: 'queued', branchPushed: false, problem: new ConvoSyncError('remote-unreachable', '') });
    assert.equal(queued.detail, 'It could not be sent yet and waits here; other devices do not see it.');
    assert.match(describeOutcome({ ...report, outcome: 'kept', branchPushed: false }).detail, /other devices do not see it/);
  });

  it('says of a session without a conversation that it has none', () => {
    for (const outcome of ['sent', 'queued', 'kept'] as const) {
      assert.match(describeOutcome({ ...report, outcome, steps: [] }).detail, /It holds code alone, no conversation\./);
    }
  });

  it('says that the branch arrived although the session did not', () => {
    assert.match(describeOutcome({ ...report, outcome: 'queued', branchPushed: true }).detail, /Branch main is at the remote\.$/);
  });
});

describe('describeUndo', () => {
  it('lists what came back, what could not, and what was put aside', () => {
    assert.deepEqual(describeUndo({ session, restored: { code: true, index: true, conversations: 2 }, remains: ['pushed-commit', 'pushed-session'], kept: { sessions: [session], branches: [], stashed: false, files: ['/home/ada/x.jsonl'] }, notes: [] }), [
      'Undid 01234567: the code, what was staged and 2 conversations are as before.',
      'The commit stays at the remote, where others may already have it.',
      'Your other devices see the session until this can be sent; then it goes to the trash there too.',
      'What was newer is kept as session 01234567, which can be resumed.',
      'Newer files were put aside, not overwritten: /home/ada/x.jsonl.',
    ]);
  });

  it('says that a session that had been sent is in the trash, and where it is not yet', () => {
    const undone = { session, restored: { code: false, index: false, conversations: 0 }, kept: { sessions: [], branches: [], stashed: false, files: [] }, notes: [], trashed: true };
    assert.equal(describeUndo({ ...undone, remains: [] })[1], 'The session is in the trash, also on your other devices.');
    assert.deepEqual(describeUndo({ ...undone, remains: ['pushed-session'] }).slice(1), ['Your other devices see the session until this can be sent; then it goes to the trash there too.']);
  });

  it('does not claim to have brought back what was never changed', () => {
    assert.deepEqual(describeUndo({ session, restored: { code: false, index: false, conversations: 0 }, remains: [], kept: { sessions: [], branches: [], stashed: false, files: [] }, notes: [] }), ['Undid 01234567; nothing had to be brought back.']);
    assert.deepEqual(describeUndo({ session, restored: { code: true, index: false, conversations: 0 }, remains: [], kept: { sessions: [], branches: [], stashed: false, files: [] }, notes: [] }), ['Undid 01234567: the code is as before.']);
  });

  it('names the other repositories that are as before, whether or not this one was changed', () => {
    const undone = { session, restored: { code: false, index: false, conversations: 0 }, remains: [], kept: { sessions: [], branches: [], stashed: false, files: [] }, notes: [] };
    assert.equal(describeUndo({ ...undone, companions: ['api'] })[1], 'api is as before, too.');
    assert.equal(describeUndo({ ...undone, companions: ['api', 'site'] })[1], 'api and site are as before, too.');
  });
});
