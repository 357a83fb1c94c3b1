import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';

import { CodexAgent } from '../../src/core/agents/codex/codex.ts';
import { countDamaged } from '../../src/core/session/message.ts';
import { CodexHome } from '../support/codexHome.ts';
import { corpusOf } from '../support/corpus.ts';
import { temporaryFolderPerTest } from '../support/temporaryFolder.ts';

describe('real transcripts of Codex', function () {
  this.timeout(60_000);
  const temporary = temporaryFolderPerTest();
  const files = corpusOf('codex')?.filter((file) => file.path.endsWith('.jsonl'));

  it('are all read, with exactly the bad lines they have, and everything that was said to anybody', async function () {
    if (!files) {
      this.skip();
    }
    const agent = new CodexAgent((await CodexHome.create(temporary.path)).environment);
    for (const file of files) {
      const bytes = await readFile(file.path);
      const { messages, issues, title } = await agent.read(bytes);
      const name = path.basename(file.path);
      assert.equal(countDamaged(issues), file.badLines, name);
      assert.deepEqual(issues.filter(({ kind }) => kind === 'unknown-record'), [], name);
      assert.ok(title, name);
      const blocks = messages.flatMap((message) => message.blocks);
      const shown = new Set(messages.filter(({ author }) => author === 'user').flatMap((message) => message.blocks.map((block) => ('text' in block ? block.text : ''))));
      for (const record of bytes.toString('utf8').split('\n').filter((each) => each !== '').map((each) => JSON.parse(each) as { type: string; payload: { type?: string; message?: string } })) {
        const request = record.type === 'event_msg' && record.payload.type === 'user_message' ? (record.payload.message ?? '').trim() : '';
        // In one of the files its author has put a word in brackets for what was said.
        assert.ok(request === '' || /^\[trimmed[^\]]*\]$/.test(request) || shown.has(request), `${name}: ${request.slice(0, 80)}`);
      }
      const count = (type: string): number => blocks.filter((block) => block.type === type).length;
      console.log(`      ${name.slice(0, 40)}: ${messages.length} messages, ${count('toolCall')} calls, ${count('toolResult')} results, ${blocks.reduce((sum, block) => sum + (block.type === 'toolCall' ? block.writes.length : 0), 0)} files written`);
    }
  });
});
