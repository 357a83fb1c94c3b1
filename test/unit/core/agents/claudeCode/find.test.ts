import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { FoundConversation, Workspace } from '../../../../../src/core/agents/agent.ts';
import { ClaudeCodeAgent } from '../../../../../src/core/agents/claudeCode/claudeCode.ts';
import { projectFolderName } from '../../../../../src/core/agents/claudeCode/projectFolder.ts';
import { ConvoSyncError } from '../../../../../src/core/common/errors.ts';
import { assistantRecord, ClaudeHome, line, talk, userRecord } from '../../../../support/claudeHome.ts';
import { temporaryFolderPerTest } from '../../../../support/temporaryFolder.ts';

describe('Claude Code conversations on disk', () => {
  const temporary = temporaryFolderPerTest();
  let home: ClaudeHome;
  let agent: ClaudeCodeAgent;
  const id = randomUUID();

  beforeEach(async () => {
    home = await ClaudeHome.create(temporary.path);
    agent = new ClaudeCodeAgent(home.environment);
  });

  async function list(workspace: Workspace = home.workspace): Promise<string[]> {
    const { conversations, problems } = await agent.find(workspace);
    assert.deepEqual(problems, []);
    return conversations.map((conversation) => `${conversation.folder}:${conversation.id}`);
  }

  async function only(): Promise<FoundConversation> {
    const [conversation] = (await agent.find(home.workspace)).conversations;
    assert.ok(conversation);
    return conversation;
  }

  describe('find', () => {
    it('looks where CLAUDE_CONFIG_DIR says', async () => {
      const elsewhere = path.join(temporary.path, 'elsewhere');
      await home.converse(id, ['here']);
      await rename(home.base, elsewhere);
      assert.deepEqual(await list(), []);
      agent = new ClaudeCodeAgent({ ...home.environment, env: { CLAUDE_CONFIG_DIR: elsewhere } });
      assert.deepEqual(await list(), [`:${id}`]);
    });

    it('sees through a link to the workspace, whichever way the agent was started', async () => {
      const link = path.join(temporary.path, 'link');
      await symlink(home.workspace.folder, link);
      await home.converse(id, ['through']);
      assert.deepEqual(await list({ folder: link }), [`:${id}`]);
      const unresolved = randomUUID();
      await home.write(`projects/${projectFolderName(link)}/${unresolved}.jsonl`, talk(unresolved, ['seen'], link));
      assert.deepEqual((await list({ folder: link })).sort(), [`:${id}`, `:${unresolved}`].sort());
    });

    it('lists what was installed from another machine, though it names folders of that one', async () => {
      await home.write(path.join(await home.projectFolder(), `${id}.jsonl`), talk(id, ['from afar'], 'C:\\Users\\Jo\\project'));
      assert.deepEqual(await list(), [`:${id}`]);
    });

    it('lists what was installed for a folder of the workspace', async () => {
      const folder = path.join(home.workspace.folder, 'packages', 'my.app');
      await home.write(path.join(await home.projectFolder(folder), `${id}.jsonl`), talk(id, ['from afar'], '/Users/jo/project'));
      assert.deepEqual(await list(), [`packages/my.app:${id}`]);
    });

    it('lists a conversation of a folder that is gone, by the folder its records name', async () => {
      const folder = path.join(home.workspace.folder, 'old');
      await home.write(path.join(await home.projectFolder(folder), `${id}.jsonl`), talk(id, ['deep'], path.join(folder, 'src', 'deep')));
      await rm(folder, { recursive: true });
      assert.deepEqual(await list(), [`old:${id}`]);
    });

    it('tells a neighbour from a folder whose name is spelled alike', async () => {
      const neighbour = `${home.workspace.folder}-app`;
      const below = path.join(home.workspace.folder, 'app');
      assert.equal(projectFolderName(neighbour), projectFolderName(below));
      const mine = randomUUID();
      await home.converse(id, ['theirs'], neighbour);
      await home.converse(mine, ['mine'], below);
      assert.deepEqual(await list(), [`app:${mine}`]);
      assert.deepEqual(await list({ folder: neighbour }), [`:${id}`]);
    });

    it('tells a neighbour from the workspace itself when both are spelled alike', async () => {
      const [dotted, dashed] = [path.join(temporary.path, 'a.b'), path.join(temporary.path, 'a-b')];
      await home.converse(id, ['dotted'], dotted);
      await mkdir(dashed);
      assert.deepEqual(await list({ folder: dotted }), [`:${id}`]);
      assert.deepEqual(await list({ folder: dashed }), []);
      await rm(dotted, { recursive: true });
      assert.deepEqual(await list({ folder: dashed }), [`:${id}`], 'a folder that was renamed keeps its conversations');
    });

    it('finds conversations of folders with very long paths', async () => {
      const folder = path.join(home.workspace.folder, ...Array.from({ length: 12 }, () => 'a-rather-long-name'));
      await home.converse(id, ['long'], folder);
      assert.deepEqual(await list(), [`${path.relative(home.workspace.folder, folder)}:${id}`]);
      assert.deepEqual(await list({ folder }), [`:${id}`]);
    });

    it('takes only transcripts for conversations', async () => {
      const projectFolder = await home.projectFolder();
      await home.converse(id, ['real']);
      await home.write(path.join(projectFolder, `${randomUUID()}.jsonl`), '');
      await home.write(path.join(projectFolder, 'agent-a1.jsonl'), line(userRecord(0, 'Warmup', { sessionId: id })));
      await home.write(path.join(projectFolder, `${id}.jsonl.backup`), 'x');
      await home.write(path.join(projectFolder, 'a b.jsonl'), 'x\n');
      await mkdir(path.join(projectFolder, `${randomUUID()}.jsonl`));
      await writeFile(path.join(temporary.path, 'secret.jsonl'), 'x\n');
      await symlink(path.join(temporary.path, 'secret.jsonl'), path.join(projectFolder, 'linked.jsonl'));
      await symlink(path.join(temporary.path, 'nowhere'), path.join(projectFolder, 'dangling.jsonl'));
      execFileSync('mkfifo', [path.join(projectFolder, 'pipe.jsonl')]);
      assert.deepEqual(await list(), [`:${id}`]);
    });

    it('lists a transcript that is nothing but garbage, so that its bytes are saved', async () => {
      await home.write(path.join(await home.projectFolder(), `${id}.jsonl`), '{garbage\n'.repeat(5_000));
      assert.deepEqual(await list(), [`:${id}`]);
    });

    it('lists the longer one of two with the same id, and names the other', async () => {
      await home.converse(id, ['short']);
      const long = await home.converse(id, ['long', 'longer'], path.join(home.workspace.folder, 'app'));
      const { conversations, problems } = await agent.find(home.workspace);
      assert.deepEqual(conversations.map((conversation) => conversation.transcript), [long]);
      assert.deepEqual(problems, [{ kind: 'unreadable-file', file: path.join(await home.projectFolder(), `${id}.jsonl`) }]);
    });

    it('names a folder that it cannot read, and lists the others', async () => {
      const below = await home.projectFolder(path.join(home.workspace.folder, 'loop'));
      await home.converse(id, ['fine']);
      await rm(below, { recursive: true });
      await symlink(path.basename(below), below);
      const { conversations, problems } = await agent.find(home.workspace);
      assert.deepEqual(conversations.map((conversation) => conversation.id), [id]);
      assert.deepEqual(problems, [{ kind: 'unreadable-file', file: below }]);
    });

    it('is not kept from listing by working directories that no file system has', async () => {
      const spelledAlike = home.workspace.folder.replace('/work/', '\u0000work/');
      assert.equal(projectFolderName(spelledAlike), projectFolderName(home.workspace.folder));
      const records = [spelledAlike, '/'.padEnd(20_000, 'x'), '\u0000', '', '..'].map((cwd, n) => userRecord(n, 'request', { cwd }));
      await home.write(path.join(await home.projectFolder(), `${id}.jsonl`), [...records, ...records].map(line).join(''));
      assert.deepEqual(await list(), [`:${id}`]);
    });

    it('takes the newest title from the end of a long transcript', async () => {
      const filling = assistantRecord(1, 'm', [{ type: 'text', text: 'x'.repeat(300_000) }]);
      const records = [userRecord(0, 'request', { cwd: home.workspace.folder }), filling, { type: 'ai-title', aiTitle: 'Named later', sessionId: id }];
      const file = await home.write(path.join(await home.projectFolder(), `${id}.jsonl`), records.map(line).join(''));
      assert.equal((await only()).title, 'Named later');
      await writeFile(file, line({ type: 'custom-title', customTitle: 'Mine' }), { flag: 'a' });
      assert.equal((await only()).title, 'Mine', 'a changed transcript is looked at again');
    });

    it('finds request and folder behind a first record of a megabyte', async () => {
      const records = [{ type: 'attachment', attachment: { type: 'hook_success', stdout: 'x'.repeat(1_000_000) } }, userRecord(0, 'request', { cwd: path.join(home.workspace.folder, 'app') })];
      await mkdir(path.join(home.workspace.folder, 'app'));
      await home.write(path.join(await home.projectFolder(path.join(home.workspace.folder, 'app')), `${id}.jsonl`), records.map(line).join(''));
      const { title, folder } = await only();
      assert.deepEqual({ title, folder }, { title: 'request', folder: 'app' });
    });
  });

  describe('files', () => {
    it('names sidecars free of machine and id, and takes only those of this conversation', async () => {
      const projectFolder = await home.projectFolder();
      const other = randomUUID();
      await home.converse(id, ['question']);
      await home.write(path.join(projectFolder, id, 'tool-results', 'toolu_1.txt'), 'x');
      await home.write(path.join(projectFolder, other, 'tool-results', 'toolu_2.txt'), 'x');
      await home.write(path.join(projectFolder, 'agent-a1.jsonl'), line(userRecord(0, 'Warmup', { sessionId: id })));
      await home.write(path.join(projectFolder, 'agent-a1.meta.json'), '{}');
      await home.write(path.join(projectFolder, 'agent-b2.jsonl'), line(userRecord(0, 'Warmup', { sessionId: other })));
      await home.write(path.join(projectFolder, 'agent-c3.jsonl'), '');
      await home.write(`tasks/${id}/1.json`, '{}');
      await home.write(`tasks/${other}/1.json`, '{}');
      await home.write(`todos/${id}-agent-${id}.json`, '[]');
      await home.write(`todos/${id}-agent-a1.json`, '[]');
      await home.write(`todos/${other}-agent-${other}.json`, '[]');
      assert.deepEqual((await agent.files(await only())).map((file) => file.path), [
        'transcript.jsonl',
        'agents/agent-a1.jsonl',
        'agents/agent-a1.meta.json',
        'session/tool-results/toolu_1.txt',
        'tasks/1.json',
        'todos/a1.json',
        'todos/main.json',
      ]);
    });

    it('follows no link out of the store, and takes no pipe', async () => {
      const folder = path.join(await home.projectFolder(), id);
      await home.converse(id, ['question']);
      await mkdir(folder);
      await writeFile(path.join(temporary.path, 'secret'), 'secret');
      await symlink(path.join(temporary.path, 'secret'), path.join(folder, 'leak.txt'));
      await symlink(temporary.path, path.join(folder, 'everything'));
      await symlink(folder, path.join(folder, 'round'));
      execFileSync('mkfifo', [path.join(folder, 'pipe')]);
      await home.write(path.join(folder, 'inside.txt'), 'x');
      await symlink('inside.txt', path.join(folder, 'link.txt'));
      assert.deepEqual((await agent.files(await only())).map((file) => file.path), ['transcript.jsonl', 'session/inside.txt', 'session/link.txt']);
    });

    for (const [what, tail, kept] of [
      ['a whole record without its newline', '{"type":"mode"}', true],
      ['half a record', '{"type":"mode"', false],
      ['half a record longer than what is read at once', `{"type":"${'x'.repeat(200_000)}`, false],
      ['half a character', Buffer.from([0x22, 0xf0, 0x9f]), false],
    ] as const) {
      it(`${kept ? 'keeps' : 'leaves out'} ${what} at the end of a running conversation`, async () => {
        const file = await home.converse(id, ['question']);
        const before = (await readFile(file)).length;
        await writeFile(file, tail, { flag: 'a' });
        const running = await home.open(id);
        try {
          assert.equal((await agent.files(await only()))[0]?.size, before + (kept ? Buffer.from(tail).length : 0));
        } finally {
          await running.stop();
        }
      });
    }

    it('captures nothing of a running conversation whose first record is still being written', async () => {
      await home.write(path.join(await home.projectFolder(), `${id}.jsonl`), '{"type":');
      const running = await home.open(id);
      try {
        assert.equal((await agent.files(await only()))[0]?.size, 0);
      } finally {
        await running.stop();
      }
    });
  });

  describe('place', () => {
    it('keeps a conversation where it is when it lies in another folder of the workspace', async () => {
      const existing = await home.converse(id, ['question'], path.join(home.workspace.folder, 'app'));
      assert.equal(await agent.place(id, 'transcript.jsonl', '', home.workspace), existing);
      assert.equal(await agent.place(id, 'session/x', '', home.workspace), path.join(existing.slice(0, -'.jsonl'.length), 'x'));
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: true });
    });

    it('makes no second copy of a conversation of another workspace', async () => {
      await home.converse(id, ['question'], path.join(temporary.path, 'second-clone'));
      await assert.rejects(agent.place(id, 'transcript.jsonl', '', home.workspace), (error) => ConvoSyncError.is(error, 'install-failed') && error.details['reason'] === 'in-other-workspace');
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'in-other-workspace' });
    });

    it('resolves links as the agent does', async () => {
      const link = path.join(temporary.path, 'link');
      await symlink(home.workspace.folder, link);
      assert.equal(await agent.place(id, 'transcript.jsonl', 'not/yet', { folder: link }), path.join(home.base, 'projects', projectFolderName(path.join(home.workspace.folder, 'not', 'yet')), `${id}.jsonl`));
    });

    it('follows a workspace that was renamed together with a link to its old project folder', async () => {
      const existing = await home.converse(id, ['question'], path.join(temporary.path, 'a-former-name'));
      await rm(path.join(temporary.path, 'a-former-name'), { recursive: true });
      const linked = path.join(home.base, 'projects', projectFolderName(home.workspace.folder));
      await symlink(path.basename(path.dirname(existing)), linked);
      assert.equal(await agent.place(id, 'transcript.jsonl', '', home.workspace), path.join(linked, `${id}.jsonl`));
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: true });
      assert.deepEqual(await list(), [`:${id}`]);
    });

    it('counts a project folder and a link to it as one', async () => {
      const existing = await home.converse(id, ['question']);
      await symlink(path.basename(path.dirname(existing)), `${path.dirname(existing)}-app`);
      await mkdir(path.join(home.workspace.folder, 'app'));
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: true });
      assert.deepEqual(await list(), [`:${id}`]);
    });
  });

  describe('verify', () => {
    it('sees a copy too many, and a file without a record', async () => {
      const file = await home.converse(id, ['question']);
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: true });
      await home.converse(id, ['question'], path.join(temporary.path, 'other'));
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'in-two-folders' });
      await rm(path.join(home.base, 'projects', projectFolderName(path.join(temporary.path, 'other'))), { recursive: true });
      await writeFile(file, 'garbage\n');
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'no-record' });
      assert.deepEqual(await agent.verify('../x', '', home.workspace), { visible: false, reason: 'missing' });
    });
  });

  describe('isRunning', () => {
    it('says aloud that it cannot know', async () => {
      await mkdir(home.base, { recursive: true });
      await symlink('sessions', path.join(home.base, 'sessions'));
      await assert.rejects(agent.isRunning(id), (error) => ConvoSyncError.is(error, 'conversation-unreadable'));
    });

    it('is not misled by what dead processes and others left behind', async () => {
      const { pid, stop } = await home.open(id);
      await stop();
      for (const [name, content] of [['1.json', '{'], ['2.json', 'null'], ['3.json', '{"pid":-1,"sessionId":"x"}'], ['4.json', ''], ['notes.txt', 'x']] as const) {
        await home.write(`sessions/${name}`, content);
      }
      assert.equal(await agent.isRunning(id), false);
      await home.write(`sessions/${pid}.json`, JSON.stringify({ pid: process.pid, sessionId: id, later: true }));
      assert.equal(await agent.isRunning(id), true);
    });
  });
});
