import assert from 'node:assert/strict';
import { readFile, utimes } from 'node:fs/promises';
import * as path from 'node:path';

import { GeminiAgent } from '../../src/core/agents/gemini/gemini.ts';
import { corpusOf } from '../support/corpus.ts';
import { GeminiHome } from '../support/geminiHome.ts';
import { temporaryFolderPerTest } from '../support/temporaryFolder.ts';

describe('real transcripts of Gemini CLI', function () {
  this.timeout(60_000);
  const temporary = temporaryFolderPerTest();
  const files = corpusOf('gemini');

  it('are all found and read, undamaged, with every message that they hold', async function () {
    if (!files) {
      this.skip();
    }
    const home = await GeminiHome.create(temporary.path);
    const agent = new GeminiAgent(home.environment);
    const chats = path.join(await home.projectFolder(), 'chats');
    for (const { path: file } of files) {
      const bytes = await readFile(file);
      const { sessionId, messages: records } = JSON.parse(bytes.toString('utf8')) as { sessionId: string; messages: { id: string }[] };
      await utimes(await home.write(path.join(chats, `session-2026-01-02T03-04-${sessionId.slice(0, 8)}${path.extname(file)}`), bytes), new Date(), new Date());
      const { messages, issues, title } = await agent.read(bytes);
      assert.deepEqual(issues, [], file);
      assert.notEqual(title, undefined, file);
      assert.deepEqual(messages.flatMap(({ id }) => id ?? []), records.map(({ id }) => id), file);
      assert.equal((await agent.find(home.workspace)).conversations.find(({ id }) => id === sessionId)?.title, title, file);
      assert.deepEqual(await agent.verify(sessionId, '', home.workspace), { visible: true });
    }
    assert.equal((await agent.find(home.workspace)).conversations.length, files.length);
  });
});
