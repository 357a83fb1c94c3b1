import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { withDatabase } from '../../src/core/agents/openCode/database.ts';
import { OpenCodeAgent } from '../../src/core/agents/openCode/openCode.ts';
import { runProgram } from '../../src/core/agents/openCode/program.ts';
import { filesFromRows } from '../../src/core/agents/openCode/rows.ts';
import { adapted } from '../../src/core/session/adaptation.ts';
import { corpusOf } from '../support/corpus.ts';
import { OpenCodeHome } from '../support/openCodeHome.ts';
import { temporaryFolderPerTest } from '../support/temporaryFolder.ts';

/** As `opencode export` prints a session. */
interface Exported {
  info: { id: string; parentID?: string };
  messages: { info: { id: string }; parts: { type: string; text?: string }[] }[];
}

describe('real conversations of OpenCode', function () {
  this.timeout(60_000);
  const temporary = temporaryFolderPerTest();
  const files = corpusOf('opencode');

  it('are found in the database and read, with every message, text and call that they hold, and are the same records on another machine', async function () {
    if (!files) {
      this.skip();
    }
    const [here, there] = [await homeIn('here'), await homeIn('there')];
    const [agent, other] = [here, there].map((home) => new OpenCodeAgent(home.environment, home.mirrors)) as [OpenCodeAgent, OpenCodeAgent];
    const exported = new Map<string, Exported>();
    for (const file of files.filter((each) => each.path.endsWith('.jsonl'))) {
      const document = JSON.parse(await readFile(file.path, 'utf8')) as Exported;
      await runProgram(here.environment, ['import', file.path], here.workspace.folder);
      exported.set(document.info.id, document);
    }
    const { conversations, problems } = await agent.find(here.workspace);
    assert.deepEqual(problems, []);
    assert.deepEqual(conversations.map(({ id }) => id).sort(), [...exported.values()].filter(({ info }) => !exported.has(info.parentID ?? '')).map(({ info }) => info.id).sort());
    for (const conversation of conversations) {
      const stored = new Map<string, Buffer>();
      for (const file of await agent.files(conversation)) {
        stored.set(file.path, await readFile(file.absolute));
        const place = await other.place(conversation.id, file.path, '', there.workspace);
        await mkdir(path.dirname(place), { recursive: true });
        const bytes = stored.get(file.path) ?? Buffer.alloc(0);
        const adaptations = await other.adapt(file.path, once(bytes), { id: conversation.id, folder: '', workspace: there.workspace });
        await writeFile(place, adapted(once(bytes), adaptations));
      }
      await other.records.deliver(conversation.id);
      for (const file of await other.files((await other.find(there.workspace)).conversations.find(({ id }) => id === conversation.id) ?? assert.fail())) {
        if (file.path.endsWith('.jsonl')) {
          assert.ok((await readFile(file.absolute)).equals(stored.get(file.path) ?? Buffer.alloc(0)), file.path);
        }
      }
      const document = exported.get(conversation.id) ?? assert.fail();
      const { messages, issues } = await agent.read(stored.get('transcript.jsonl') ?? assert.fail());
      assert.deepEqual(issues, []);
      const blocks = messages.flatMap((message) => message.blocks);
      const parts = document.messages.flatMap((message) => message.parts);
      assert.equal(blocks.filter(({ type }) => type === 'toolCall').length, parts.filter(({ type }) => type === 'tool').length);
      const texts = new Set(blocks.map((block) => ('text' in block ? block.text.trim() : '')));
      assert.deepEqual(parts.filter(({ type, text = '' }) => type === 'text' && !texts.has(text.trim()) && text.trim() !== ''), []);
    }
  });

  it('are read from a database of another version, which has fewer columns', async function () {
    const database = files?.find((file) => file.path.endsWith('.db'));
    if (!database) {
      this.skip();
    }
    const home = await homeIn('here');
    const [transcript] = (await withDatabase(database.path, (rows) => filesFromRows(rows, 'test-session-123'))) ?? [];
    const { messages, issues } = await new OpenCodeAgent(home.environment, home.mirrors).read(Buffer.from(transcript?.text ?? ''));
    assert.deepEqual(issues, []);
    assert.deepEqual(messages.map(({ author, blocks }) => [author, ...blocks.map(({ type }) => type)]), [['user', 'text'], ['assistant', 'text', 'toolCall', 'text'], ['system', 'toolResult']]);
  });

  async function homeIn(folder: string): Promise<OpenCodeHome> {
    await mkdir(path.join(temporary.path, folder));
    return OpenCodeHome.create(path.join(temporary.path, folder));
  }
});

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}
