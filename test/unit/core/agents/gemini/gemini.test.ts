import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, symlink, utimes } from 'node:fs/promises';
import * as path from 'node:path';

import { GeminiAgent } from '../../../../../src/core/agents/gemini/gemini.ts';
import { adapted } from '../../../../../src/core/session/adaptation.ts';
import { ConvoSyncError } from '../../../../../src/core/common/errors.ts';
import { contextRecord, GeminiHome, geminiRecord, header, line, talk, userRecord } from '../../../../support/geminiHome.ts';
import { temporaryFolderPerTest } from '../../../../support/temporaryFolder.ts';

describe('the agent for Gemini CLI', () => {
  const temporary = temporaryFolderPerTest();
  const id = randomUUID();
  let home: GeminiHome;
  let agent: GeminiAgent;

  beforeEach(async () => {
    home = await GeminiHome.create(temporary.path);
    agent = new GeminiAgent(home.environment);
  });

  const place = async (folder = ''): Promise<string> => path.relative(home.base, await agent.place(id, 'transcript.jsonl', folder, home.workspace));
  const signposts = async (folder = ''): Promise<[string, string][]> => (await agent.signposts({ id, folder, workspace: home.workspace })).map(({ absolute, content }) => [path.relative(home.base, absolute), content]);
  const ids = async (): Promise<string[]> => (await agent.find(home.workspace)).conversations.map((found) => found.id);

  describe('places a conversation', () => {
    it('in the folder that the program will take, marked as owned by the workspace, under a name that its clearing up spares', async () => {
      assert.equal(await place(), path.join('tmp', 'pizza-shop', 'chats', `session-${id}.jsonl`));
      assert.deepEqual(await signposts(), [[path.join('tmp', 'pizza-shop', '.project_root'), home.workspace.folder]]);
      assert.deepEqual(await signposts('packages/app'), [[path.join('tmp', 'app', '.project_root'), path.join(home.workspace.folder, 'packages', 'app')]]);
    });

    it('beside a folder of that name which another one owns, in either place, or has in the register', async () => {
      await home.write('tmp/pizza-shop/.project_root', '/elsewhere/pizza shop');
      await home.write('history/pizza-shop-1/.project_root', '/elsewhere/too/pizza shop');
      await home.write('projects.json', JSON.stringify({ projects: { '/third/pizza shop': 'pizza-shop-2' } }));
      assert.equal(path.dirname(await place()), path.join('tmp', 'pizza-shop-3', 'chats'));
      assert.equal((await signposts())[0]?.[0], path.join('tmp', 'pizza-shop-3', '.project_root'));
    });

    it('where the register has the workspace, unless the folder has another owner by now', async () => {
      await home.write('projects.json', JSON.stringify({ projects: { [home.workspace.folder]: 'mine' } }));
      assert.equal(path.dirname(await place()), path.join('tmp', 'mine', 'chats'));
      await home.write('tmp/mine/.project_root', '/elsewhere');
      assert.equal(path.dirname(await place()), path.join('tmp', 'pizza-shop', 'chats'));
    });

    it('where an owner mark names the workspace, also with a damaged register', async () => {
      await home.write('projects.json', '{"projects":');
      await home.write('history/old-name/.project_root', `${home.workspace.folder}\n`);
      assert.equal(path.dirname(await place()), path.join('tmp', 'old-name', 'chats'));
    });

    it('in the folder of an older version, which the program itself moves, and not beside it', async () => {
      const hash = createHash('sha256').update(home.workspace.folder).digest('hex');
      await home.write(`tmp/${hash}/chats/session-2025-01-02T03-04-${id.slice(0, 8)}.json`, JSON.stringify({ ...header(id), messages: [userRecord(0, 'old')] }, null, 2));
      assert.deepEqual(await ids(), [id]);
      assert.equal(path.dirname(await place()), path.join('tmp', hash, 'chats'));
      assert.deepEqual(await signposts(), []);
      assert.deepEqual((await agent.files((await agent.find(home.workspace)).conversations[0]!)).map((file) => file.path), ['transcript.json']);
    });

    it('nowhere where it is that of another workspace, but forgets one whose folder is gone', async () => {
      const elsewhere = path.join(temporary.path, 'elsewhere');
      await home.converse(id, ['hello'], elsewhere);
      await assert.rejects(place(), (error) => ConvoSyncError.is(error, 'install-failed') && error.details['reason'] === 'in-other-workspace');
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'in-other-workspace' });
      await rm(elsewhere, { recursive: true });
      assert.equal(path.dirname(await place()), path.join('tmp', 'pizza-shop', 'chats'));
    });
  });

  describe('adapts', () => {
    const here = async (stored: string, as: string = id, file = 'transcript.jsonl'): Promise<string> => {
      const adaptations = await agent.adapt(file, once(stored), { id: as, folder: '', workspace: home.workspace });
      return Buffer.concat(await Array.fromAsync(adapted(once(stored), adaptations))).toString('utf8');
    };

    it('nothing of a whole transcript under its own id', async () => {
      const stored = talk(id, ['one', 'two'], '/w');
      assert.equal(await here(stored), stored);
    });

    it('of a fork the id wherever the program takes it from, and no word that was said of it', async () => {
      const of = (session: string): string => [header(session, { summary: id }), userRecord(0, `{"sessionId":"${id}"}`), { $set: { sessionId: session } }, { $set: { messages: [geminiRecord(1, id)] } }].map(line).join('');
      assert.equal(await here(of(id), 'fork-of-it'), of('fork-of-it'));
    });

    it('of an older one, which is one document, the id alone', async () => {
      const of = (session: string): string => JSON.stringify({ ...header(session), messages: [userRecord(0, id)] }, null, 2);
      assert.equal(await here(of(id), 'fork-of-it', 'transcript.json'), of('fork-of-it'));
    });

    it('a torn end and glued records, for the program would read neither and glue on', async () => {
      const [one, two] = [line(userRecord(0, 'über')), line(userRecord(1, 'two'))];
      const torn = one.slice(0, -9);
      assert.equal(await here(`${line(header(id))}${torn}`), `${line(header(id))}${torn}\n`);
      assert.equal(await here(`${line(header(id))}${one}${torn}${two}`), `${line(header(id))}${one}${torn}\n${two}`);
      assert.equal(await here(`${line(header(id))}${one.trimEnd()}`), `${line(header(id))}${one}`);
    });

    it('nothing of what lies beside it', async () => {
      assert.equal(await here(line(header('agent')), id, 'agents/agent.jsonl'), line(header('agent')));
    });
  });

  describe('finds', () => {
    it('no talk where nobody said anything, such as what a resume leaves behind', async () => {
      const transcript = await home.converse(id, ['hello', 'hi']);
      const left = await home.write(path.join(path.dirname(transcript), `session-2026-01-02T05-06-${id.slice(0, 8)}.jsonl`), [header(id), contextRecord('/w')].map(line).join(''));
      const { conversations, problems } = await agent.find(home.workspace);
      assert.deepEqual(conversations.map((found) => found.transcript), [transcript]);
      assert.deepEqual(problems, []);
      await rm(transcript);
      assert.deepEqual(await ids(), []);
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'missing' });
      assert.notEqual(await agent.place(id, 'transcript.jsonl', '', home.workspace), left);
    });

    it('of two files of one conversation the one that changed last, as the program does', async () => {
      const document = JSON.stringify({ ...header(id), messages: [userRecord(0, 'one')] });
      const transcript = await home.converse(id, ['one', 'two']);
      await utimes(await home.write(transcript.replace(/l$/, ''), document), 1000, 1000);
      assert.deepEqual((await agent.find(home.workspace)).conversations.map((found) => found.transcript), [transcript]);
    });

    it('every good one beside one that cannot be read or names nothing, which is said', async () => {
      const transcript = await home.converse(id, ['hello']);
      const damaged = await home.write(path.join(path.dirname(transcript), 'session-2026-01-02T03-04-damaged1.jsonl'), 'noise\n');
      await home.write(path.join(path.dirname(transcript), 'notes.txt'), 'mine');
      const { conversations, problems } = await agent.find(home.workspace);
      assert.deepEqual(conversations.map((found) => found.id), [id]);
      assert.deepEqual(problems, [{ kind: 'unreadable-file', file: damaged }]);
    });

    it('what lies under a workspace that is opened through a link', async () => {
      await home.converse(id, ['hello']);
      const link = path.join(temporary.path, 'link');
      await symlink(home.workspace.folder, link);
      assert.deepEqual((await agent.find({ folder: link })).conversations.map((found) => found.id), [id]);
    });

    it('the title at once that the program gave at last', async () => {
      const transcript = await home.converse(id, ['hello', 'x'.repeat(200_000)]);
      await home.write(transcript, `${await readFile(transcript, 'utf8')}${line({ $set: { summary: 'A greeting' } })}`);
      assert.equal((await agent.find(home.workspace)).conversations[0]?.title, 'A greeting');
    });
  });

  it('looks where the program is told to keep its store', async () => {
    await home.converse(id, ['hello']);
    const moved = new GeminiAgent({ ...home.environment, userHome: '/nowhere', env: { GEMINI_CLI_HOME: home.environment.userHome } });
    assert.deepEqual((await moved.find(home.workspace)).conversations.map((found) => found.id), [id]);
  });

  it('says that an owner mark cannot be read, and lists what others own', async () => {
    await home.converse(id, ['hello']);
    const mark = path.join(home.base, 'tmp', 'broken', '.project_root');
    await mkdir(mark, { recursive: true });
    const { conversations, problems } = await agent.find(home.workspace);
    assert.deepEqual(conversations.map((found) => found.id), [id]);
    assert.deepEqual(problems, [{ kind: 'unreadable-file', file: mark }]);
  });
});

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}
