import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';

import { CopilotCliAgent } from '../../src/core/agents/copilotCli/copilotCli.ts';
import { VscodeChatAgent } from '../../src/core/agents/vscodeChat/vscodeChat.ts';
import { countDamaged } from '../../src/core/session/message.ts';
import { corpusOf } from '../support/corpus.ts';

interface Chat {
  requests?: { message: { text: string } }[];
  v?: Chat;
}

describe('real conversations of Copilot', () => {
  const environment = { userHome: '/home/nobody', env: {}, platform: process.platform };
  const files = corpusOf('copilot');
  const ofTerminal = files?.find(({ path: file }) => path.basename(file).includes('conversation_copilot'));

  it('in the chat of VS Code are all read, with every request and an answer', async function () {
    if (!files) {
      this.skip();
    }
    const agent = new VscodeChatAgent(environment);
    const counts = await Promise.all(files.filter((file) => file !== ofTerminal).map(async ({ path: file }) => {
      const bytes = await readFile(file);
      const [first = ''] = file.endsWith('l') ? bytes.toString('utf8').split('\n') : [bytes.toString('utf8')];
      const chat = JSON.parse(first) as Chat;
      const requests = (chat.v ?? chat).requests ?? [];
      const { messages, issues } = await agent.read(bytes);
      assert.deepEqual(issues, [], path.basename(file));
      const asked = messages.filter(({ author }) => author === 'user').flatMap(({ blocks }) => blocks.map((block) => ('text' in block ? block.text.trim() : '')));
      assert.deepEqual(requests.map(({ message }) => message.text.trim()).filter((text) => !asked.includes(text)), [], path.basename(file));
      assert.ok(requests.length === 0 || messages.some(({ author }) => author === 'assistant'), path.basename(file));
      return requests.length;
    }));
    assert.ok(counts.reduce((sum, count) => sum + count, 0) > 4);
  });

  it('in the terminal, as an older version kept them, are said to be damaged, and never to be empty', async function () {
    if (!ofTerminal) {
      this.skip();
    }
    const { messages, issues } = await new CopilotCliAgent(environment).read(await readFile(ofTerminal.path));
    assert.deepEqual(messages, []);
    assert.notEqual(countDamaged(issues), 0);
  });
});
