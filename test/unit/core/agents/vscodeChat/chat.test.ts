import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';

import fc from 'fast-check';

import { MutationLog } from '../../../../../src/core/agents/vscodeChat/mutationLog.ts';
import { readChat } from '../../../../../src/core/agents/vscodeChat/requests.ts';
import { VscodeChatAgent } from '../../../../../src/core/agents/vscodeChat/vscodeChat.ts';
import { temporaryFolderPerTest } from '../../../../support/temporaryFolder.ts';
import { chatLog, VscodeChatHome } from '../../../../support/vscodeChatHome.ts';

function replayed(...entries: object[]): MutationLog['state'] {
  const log = new MutationLog();
  entries.forEach((entry) => log.add(entry));
  return log.state;
}

describe('the log of a chat in VS Code', () => {
  it('sets, adds, cuts and removes what it says', () => {
    assert.deepEqual(replayed(
      { kind: 0, v: { a: 1, list: [{ b: 1 }, 2, 3], gone: true } },
      { kind: 1, k: ['list', 0, 'b'], v: 2 },
      { kind: 2, k: ['list'], v: [4, 5], i: 2 },
      { kind: 2, k: ['other'], v: ['new'] },
      { kind: 2, k: ['list', 0, 'c'], v: [1] },
      { kind: 3, k: ['gone'] },
    ), { a: 1, list: [{ b: 2, c: [1] }, 2, 4, 5], other: ['new'] });
  });

  it('passes over changes of what is not there, and reaches nothing beyond the state', () => {
    const log = new MutationLog();
    assert.equal(log.add({ kind: 1, k: ['a'], v: 1 }), false);
    assert.ok(log.add({ kind: 0, v: { list: [] } }));
    for (const entry of [{ kind: 1, k: ['no', 'where'], v: 1 }, { kind: 1, k: ['__proto__', 'x'], v: 1 }, { kind: 1, k: ['constructor', 'prototype', 'x'], v: 1 }, { kind: 1, k: ['list', 'length'], v: 1e9 }, { kind: 1, k: ['list', 4e9], v: 1 }, { kind: 2, k: ['list', 'length'], v: [] }, { kind: 9, k: [] }, { kind: 1, k: [] }, {}]) {
      assert.equal(log.add(entry), false, JSON.stringify(entry));
    }
    assert.deepEqual(log.state, { list: [] });
    assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
  });

  it('survives any changes', () => {
    const key = fc.oneof(fc.constantFrom('requests', 'response', 0, 1, 'length', '__proto__'), fc.string({ maxLength: 3 }));
    const entry = fc.record({ kind: fc.nat(4), k: fc.array(key, { maxLength: 4 }), v: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())), i: fc.nat(5) }, { requiredKeys: ['kind'] });
    fc.assert(fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      readChat(replayed({ kind: 0, v: { requests: [] } }, ...entries) ?? {});
    }));
  });
});

describe('a chat in VS Code', () => {
  const folder = temporaryFolderPerTest();
  const request = (fields: object): object => ({ requestId: 'r1', responseId: 'a1', timestamp: 1_750_000_000_000, message: { text: 'Fix it', parts: [] }, ...fields });

  it('says what a person asked with what attached, and what was answered with which tools', () => {
    const { messages, title } = readChat({ customTitle: 'Oven', requests: [request({
      variableData: { variables: [{ kind: 'file', name: 'oven.ts', value: {} }] },
      response: [
        { kind: 'thinking', value: 'Where is it?' },
        { value: 'It is in ' }, { kind: 'inlineReference', inlineReference: { fsPath: '/w/src/oven.ts' } }, { value: '.' },
        { kind: 'prepareToolInvocation', toolName: 'x' },
        { kind: 'toolInvocationSerialized', toolId: 'copilot_readFile', toolCallId: 'c1', invocationMessage: { value: 'Reading' }, pastTenseMessage: { value: 'Read oven.ts' } },
        { value: '\n```\n' }, { kind: 'codeblockUri', uri: {} }, { kind: 'textEditGroup', uri: { fsPath: '/w/src/oven.ts' }, edits: [] }, { value: '\n```\n' },
        { kind: 'markdownContent', content: { value: 'Done.' } }, { kind: 'undoStop', id: 'x' }, 'garbage',
      ],
    })] });
    assert.equal(title, 'Oven');
    const at = '2025-06-15T15:06:40.000Z';
    assert.deepEqual(messages, [
      { index: 0, id: 'r1', author: 'user', at, blocks: [{ type: 'text', text: 'Fix it' }, { type: 'notice', text: 'Attached: oven.ts' }] },
      { index: 1, id: 'a1', author: 'assistant', at, blocks: [
        { type: 'thinking', text: 'Where is it?' },
        { type: 'text', text: 'It is in `oven.ts`.' },
        { type: 'toolCall', callId: 'c1', name: 'copilot_readFile', summary: 'Read oven.ts', input: undefined, writes: [] },
        { type: 'toolCall', callId: '', name: 'edit', summary: '/w/src/oven.ts', input: undefined, writes: ['/w/src/oven.ts'] },
        { type: 'text', text: 'Done.' },
      ] },
    ]);
  });

  it('says what went wrong, and takes its first request for a title', () => {
    const { messages, title } = readChat({ requests: [request({ message: 'Fix it,\nplease', response: [], result: { errorDetails: { message: 'Offline' } } })] });
    assert.equal(title, 'Fix it,');
    assert.deepEqual(messages.map(({ author, blocks }) => [author, blocks]), [['user', [{ type: 'text', text: 'Fix it,\nplease' }]], ['system', [{ type: 'notice', text: 'Offline' }]]]);
  });

  it('is about sessions alone where nobody was asked but ConvoSync, and then no conversation of the work', async () => {
    const [own, other] = ['convosync.chat', 'github.copilot.default'].map((id) => request({ agent: { id }, response: [{ value: 'Yes.' }] }));
    assert.deepEqual([[own, own], [own, other], [request({})], []].map((requests) => readChat({ requests }).isAboutSessions), [true, false, false, false]);

    const home = await VscodeChatHome.create(folder.path);
    const file = await home.converse('own', []);
    await writeFile(file, JSON.stringify({ version: 3, requests: [own] }));
    await home.converse('other', ['Fix it', 'Done.']);
    const { conversations } = await new VscodeChatAgent(home.environment).find(home.workspace);
    assert.deepEqual(conversations.map(({ id }) => id), ['other']);
  });

  it('is read from the document of older versions too, in one line or many', async () => {
    const agent = new VscodeChatAgent({ userHome: '/nowhere', env: {}, platform: 'linux' });
    const state = { version: 3, requests: [request({ response: [{ value: 'Done.' }] })] };
    for (const text of [JSON.stringify(state), JSON.stringify(state, undefined, 2)]) {
      const { messages, issues } = await agent.read(Buffer.from(text));
      assert.deepEqual([messages.length, issues], [2, []]);
    }
    assert.equal((await agent.read(Buffer.from(chatLog('x', ['a', 'b', 'c'])))).messages.length, 3);
  });
});
