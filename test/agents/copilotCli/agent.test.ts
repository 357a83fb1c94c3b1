/** What our Copilot CLI agent says of the program's files, held against what the real program does with them. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { CopilotCliAgent } from '../../../src/core/agents/copilotCli/copilotCli.ts';
import { adapted } from '../../../src/core/session/adaptation.ts';
import { temporaryFolderPerTest } from '../../support/temporaryFolder.ts';
import { ModelStub } from '../model/modelStub.ts';
import { copilotProgram } from './copilotProgram.ts';
import { CopilotUser } from './copilotUser.ts';

describe('the agent for Copilot CLI, beside the real program', function () {
  this.timeout(60_000);
  const temporary = temporaryFolderPerTest();
  let model: ModelStub;

  before(async function () {
    this.timeout(300_000);
    await copilotProgram();
  });

  beforeEach(async () => {
    model = await ModelStub.start();
  });

  afterEach(async () => {
    await model.stop();
  });

  function machine(name: string, folder: string): { agent: CopilotCliAgent; user: CopilotUser; workspace: { folder: string } } {
    const home = path.join(temporary.path, name, 'home');
    const workspace = { folder: path.join(temporary.path, name, folder) };
    return {
      agent: new CopilotCliAgent({ userHome: home, env: {}, platform: process.platform }),
      user: new CopilotUser({ home, folder: workspace.folder, model: model.url }),
      workspace,
    };
  }

  async function found({ agent, workspace }: ReturnType<typeof machine>): Promise<Awaited<ReturnType<CopilotCliAgent['find']>>['conversations'][number]> {
    const { conversations, problems } = await agent.find(workspace);
    assert.deepEqual(problems, []);
    assert.equal(conversations.length, 1);
    return conversations[0]!;
  }

  it('reads what was said, called and written, and what a sub-agent did', async () => {
    const laptop = machine('laptop', 'work/pizza shop');
    const file = path.join(laptop.workspace.folder, 'menü.md');
    model.prepare(
      [{ name: 'create', input: { path: file, file_text: 'pizza\n' } }],
      [{ name: 'view', input: { path: path.join(laptop.workspace.folder, 'nothing') } }],
      [{ name: 'task', input: { agent_type: 'explore', name: 'look', description: 'look around', prompt: 'look please', mode: 'sync' } }],
      'seen', 'done',
    );
    await laptop.user.say('write the menu');
    const { messages, issues, title } = await laptop.agent.read(await readFile((await found(laptop)).transcript));
    assert.deepEqual(issues, []);
    assert.equal(title, 'write the menu');
    assert.deepEqual(messages.map(({ author, sidechain, blocks }) => [author, sidechain === true, ...blocks.map((block) => ('text' in block ? block.text : block.type === 'toolCall' ? `${block.name} ${block.summary} → ${block.writes.join()}` : block.type))]), [
      ['user', false, 'write the menu'],
      ['assistant', false, `create ${file} → ${file}`],
      ['system', false, `Created file ${file} with 6 characters`],
      ['assistant', false, `view ${path.join(laptop.workspace.folder, 'nothing')} → `],
      ['system', false, 'Path does not exist'],
      ['assistant', false, 'task look around → '],
      ['user', true, 'look please'],
      ['assistant', true, 'seen'],
      ['system', false, 'seen'],
      ['assistant', false, 'done'],
    ]);
  });

  for (const [as, title] of [[undefined, 'under its own id'], ['0b5e2f0e-1111-4222-8333-444444444444', 'under another id, beside nothing of the old one']] as const) {
    it(`carries a conversation that the program continues ${title}`, async () => {
      const laptop = machine('laptop', 'work/pizza shop');
      const desktop = machine('desktop', 'src/pizza: shop');
      const { sessionId } = await laptop.user.say('my favorite pizza is Margherita');
      const id = as ?? sessionId;
      const conversation = await found(laptop);
      for (const { path: logicalPath, absolute } of await laptop.agent.files(conversation)) {
        const content = await readFile(absolute);
        const adaptations = await desktop.agent.adapt(logicalPath, once(content), { id, folder: '', workspace: desktop.workspace });
        const place = await desktop.agent.place(id, logicalPath, '', desktop.workspace);
        await mkdir(path.dirname(place), { recursive: true });
        await writeFile(place, adapted(once(content), adaptations));
      }
      assert.deepEqual(await desktop.agent.verify(id, '', desktop.workspace), { visible: true });
      const turn = await desktop.user.say('what is my favorite pizza?', { resume: id });
      assert.deepEqual(turn, { answer: 'Your favorite pizza is Margherita.', sessionId: id });
      assert.deepEqual({ ...(await found(desktop)), size: 0, modified: 0 }, {
        ...conversation, id, transcript: desktop.user.transcriptFile(id), size: 0, modified: 0,
      });
      const said = (await desktop.agent.read(await readFile(desktop.user.transcriptFile(id)))).messages;
      assert.equal(said.at(-1)?.workingDirectory, desktop.workspace.folder);
    });
  }

  for (const name of ['über größe', 'a: b #c', '🍕', 'e\u0301', "it's \"quoted\"", 'a\ttab', 'true', 'two\nlines']) {
    it(`knows that the program ran in ${JSON.stringify(name)}`, async () => {
      const laptop = machine('laptop', name);
      const { sessionId } = await laptop.user.say('hello: "you"');
      const { id, folder, title, running } = await found(laptop);
      assert.deepEqual({ id, folder, title, running }, { id: sessionId, folder: '', title: 'hello: "you"', running: false });
    });
  }

  it('sees that the program has a conversation open while it works, and no longer', async () => {
    const laptop = machine('laptop', 'project');
    const { sessionId } = await laptop.user.say('hello');
    model.prepare([{ name: 'bash', input: { command: 'sleep 2', description: 'wait' } }], 'done');
    const turn = laptop.user.say('wait', { resume: sessionId });
    const seen: boolean[] = [];
    for (let i = 0; i < 60 && !seen.includes(true); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen.push(await laptop.agent.isRunning(sessionId));
    }
    await turn;
    assert.ok(seen.includes(true));
    assert.equal(await laptop.agent.isRunning(sessionId), false);
  });
});

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}
