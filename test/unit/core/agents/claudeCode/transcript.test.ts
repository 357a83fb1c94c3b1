import assert from 'node:assert/strict';

import fc from 'fast-check';

import { TranscriptReader } from '../../../../../src/core/agents/claudeCode/transcript.ts';
import { readParts, readWhole } from '../../../../../src/core/agents/transcriptParts.ts';
import type { Block, Message, Transcript, TranscriptPart } from '../../../../../src/core/session/message.ts';
import { assistantRecord, line, userRecord, uuid } from '../../../../support/claudeHome.ts';

const text = (words: string): object => ({ type: 'text', text: words });
const toolUse = (id: string, name: string, input: object): object => ({ type: 'tool_use', id, name, input });
const toolResult = (id: string, content: unknown, fields: object = {}): object => ({ type: 'tool_result', tool_use_id: id, content, ...fields });

describe('a transcript of Claude Code', () => {
  describe('messages', () => {
    it('carry what their record says of id, time, branch and folder', async () => {
      const [message] = (await read(userRecord(0, 'hello', { cwd: 'C:\\w', gitBranch: 'main', timestamp: '2026-01-02T05:04:05.6+02:00' }))).messages;
      assert.deepEqual(message, {
        index: 0,
        id: uuid(0),
        author: 'user',
        at: '2026-01-02T03:04:05.600Z',
        blocks: [{ type: 'text', text: 'hello' }],
        branch: 'main',
        workingDirectory: 'C:\\w',
      } satisfies Message);
    });

    it('join the records of one answer, though tool results lie between them', async () => {
      const { messages } = await read(
        userRecord(0, 'fix it'),
        assistantRecord(1, 'msg_1', [{ type: 'thinking', thinking: 'hm', signature: 's' }]),
        assistantRecord(2, 'msg_1', [text('Looking.')]),
        assistantRecord(3, 'msg_1', [toolUse('t1', 'Read', { file_path: '/w/a' })]),
        userRecord(4, [toolResult('t1', 'content of a')]),
        assistantRecord(5, 'msg_1', [toolUse('t2', 'Write', { file_path: '/w/b', content: 'x' })]),
        userRecord(6, [toolResult('t2', [text('no '), text('space')], { is_error: true })]),
        assistantRecord(7, 'msg_2', [text('Done.')]),
      );
      assert.deepEqual(messages.map((message) => [message.author, ...message.blocks.map(tell)]), [
        ['user', 'text fix it'],
        ['assistant', 'thinking hm', 'text Looking.', 'Read(/w/a) t1', 'Write(/w/b) t2 writes /w/b'],
        ['system', 'result t1: content of a'],
        ['system', 'failed t2: no \nspace'],
        ['assistant', 'text Done.'],
      ]);
      assert.deepEqual(messages.map((message) => message.index), [0, 1, 2, 3, 4]);
      assert.equal(messages[1]?.id, uuid(1));
    });

    it('stay apart when the user spoke between records that share a made-up id', async () => {
      const { messages } = await read(assistantRecord(1, 'x', [text('a')]), userRecord(2, 'and?'), assistantRecord(3, 'x', [text('b')]));
      assert.deepEqual(messages.map((message) => message.blocks.map(tell)), [['text a'], ['text and?'], ['text b']]);
    });

    it('keep the answers of a sub-agent apart from those of its parent', async () => {
      const side = { isSidechain: true };
      const { messages } = await read(assistantRecord(1, 'm', [text('a')]), userRecord(2, 'look', side), assistantRecord(3, 'm', [text('b')], side), assistantRecord(4, 'm', [text('c')]));
      assert.deepEqual(messages.map((message) => [message.sidechain, ...message.blocks.map(tell)]), [[undefined, 'text a', 'text c'], [true, 'text look'], [true, 'text b']]);
    });

    it('tell a record once that was written twice', async () => {
      const record = userRecord(0, 'hello');
      assert.equal((await read(record, record)).messages.length, 1);
      const unnamed = userRecord(0, 'hello', { uuid: '[trimmed]' });
      assert.equal((await read(unnamed, unnamed)).messages.length, 2);
    });

    it('keep what the user typed beside a refused tool', async () => {
      const { messages } = await read(userRecord(0, [toolResult('t1', 'rejected', { is_error: true }), text('not yet')]));
      assert.deepEqual(messages.map((message) => [message.author, ...message.blocks.map(tell)]), [['user', 'failed t1: rejected', 'text not yet']]);
    });

    it('keep a prompt that was typed while the agent was at work', async () => {
      const queued = (prompt: unknown, source?: string): object => ({ type: 'attachment', uuid: uuid(9), attachment: { type: 'queued_command', prompt, commandMode: 'prompt', source_uuid: source } });
      assert.deepEqual((await read(queued('also this'))).messages.map((message) => [message.author, ...message.blocks.map(tell)]), [['user', 'text also this']]);
      assert.deepEqual((await read(queued([text('and this')]))).messages.map((message) => message.blocks.map(tell)), [['text and this']]);
      assert.equal((await read(userRecord(0, 'once'), queued('once', uuid(0)))).messages.length, 1);
    });

    const times: [timestamp: unknown, at: string | undefined][] = [
      ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
      ['2026-01-02T03:04:05.123456Z', '2026-01-02T03:04:05.123Z'],
      ['2026-01-02T03:04:05', undefined],
      ['yesterday', undefined],
      ['2026-99-99T99:99:99Z', undefined],
      [1_767_323_045, undefined],
      [undefined, undefined],
    ];
    for (const [timestamp, at] of times) {
      it(`take the time ${String(timestamp)} as ${at ?? 'unknown'}`, async () => {
        assert.equal((await read(userRecord(0, 'x', { timestamp }))).messages[0]?.at, at);
      });
    }
  });

  describe('blocks', () => {
    const cases: [what: string, record: object, blocks: string[]][] = [
      ['an image', userRecord(0, [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } }]), ['image image/png iVBO']],
      ['an image kept elsewhere', userRecord(0, [{ type: 'image', source: { type: 'url', url: 'x' } }]), ['notice [image]']],
      ['an image that a tool read', userRecord(0, [toolResult('t', [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } }])]), ['result t: ', 'image image/png iVBO']],
      ['a tool result without content', userRecord(0, [{ type: 'tool_result' }]), ['result : ']],
      ['a document', userRecord(0, [{ type: 'document', source: {} }]), ['notice [document]']],
      ['a tool of the server', assistantRecord(0, 'm', [{ type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } }, { type: 'web_search_tool_result', tool_use_id: 's', content: [{ type: 'web_search_result', title: 'T', url: 'u' }] }]), ['web_search(q) s', 'result s: T\nu']],
      ['an answer that is one string', assistantRecord(0, 'm', 'hello'), ['text hello']],
      ['a block without a type', userRecord(0, [{}, null, 'x', text('y')]), ['text y']],
      ['an error of the model\'s server', assistantRecord(0, 'm', [text('API Error: 500')], { isApiErrorMessage: true }), ['notice API Error: 500']],
      ['a retry', { type: 'system', subtype: 'api_error', error: { formatted: '529 Overloaded' } }, ['notice 529 Overloaded']],
      ['a compaction', { type: 'system', subtype: 'compact_boundary', content: 'Conversation compacted' }, ['notice Conversation compacted']],
      ['a summary after compaction', userRecord(0, 'This session is being continued', { isCompactSummary: true }), ['notice This session is being continued']],
      ['the text of a skill', userRecord(0, [text('Base directory: x')], { isMeta: true }), ['notice Base directory: x']],
      ['an older hook', { type: 'system', content: 'Running \u001b[1mlint\u001b[22m' }, ['notice Running lint']],
      ['a command', { type: 'system', subtype: 'local_command', content: '<command-name>/skills</command-name>' }, ['notice /skills']],
      ['a hook summary', { type: 'system', subtype: 'stop_hook_summary', content: 'x' }, []],
      ['an empty thought', assistantRecord(0, 'm', [{ type: 'thinking', thinking: '', signature: 's' }]), []],
      ['progress', { type: 'progress', data: { type: 'agent_progress', message: userRecord(1, 'inner') } }, []],
      ['a snapshot', { type: 'file-history-snapshot', messageId: 'm', snapshot: {} }, []],
      ['a state of the program that is new', { type: 'from-the-future', sessionId: 's', value: 1 }, []],
      ['a request to the model', { type: 'api-request-body', body: {} }, []],
    ];
    for (const [what, record, blocks] of cases) {
      it(`tell ${what}`, async () => {
        const { messages, issues } = await read(record);
        assert.deepEqual(messages.flatMap((message) => message.blocks.map(tell)), blocks);
        assert.deepEqual(issues, []);
      });
    }
  });

  describe('titles', () => {
    const request = userRecord(0, 'please\nfix it');
    const summary = (words: string, leafUuid: string): object => ({ type: 'summary', summary: words, leafUuid });
    const cases: [what: string, records: object[], title: string | undefined][] = [
      ['the first request\'s first line', [request, userRecord(1, 'more')], 'please'],
      ['the request rather than a command before it', [userRecord(1, '<command-name>/clear</command-name>'), request], 'please'],
      ['the request rather than a sub-agent\'s task', [userRecord(1, 'task', { isSidechain: true }), request], 'please'],
      ['the request rather than what the program adds', [userRecord(1, 'Caveat', { isMeta: true }), request], 'please'],
      ['the last summary of this conversation', [request, summary('first', uuid(0)), summary('second', uuid(0))], 'second'],
      ['the request rather than a summary of another conversation', [summary('other', uuid(77)), request], 'please'],
      ['the summary of another conversation rather than nothing', [summary('other', uuid(77))], 'other'],
      ['the agent\'s own', [request, summary('s', uuid(0)), { type: 'ai-title', aiTitle: 'Fix it' }, { type: 'ai-title', aiTitle: 'Fix all' }], 'Fix all'],
      ['the user\'s own', [{ type: 'custom-title', customTitle: 'Mine' }, request, { type: 'ai-title', aiTitle: 'Fix' }, { type: 'custom-title', customTitle: '' }], 'Mine'],
      ['none', [{ type: 'mode', mode: 'x' }], undefined],
      ['a long request cut', [userRecord(0, '🍕'.repeat(200))], `${'🍕'.repeat(99)}…`],
    ];
    for (const [what, records, title] of cases) {
      it(`are ${what}`, async () => {
        assert.equal((await read(...records)).title, title);
      });
    }
  });

  describe('records of unknown kind', () => {
    it('are counted with their line, and hide nothing', async () => {
      const { messages, issues } = await read(userRecord(0, 'a'), { type: 'from-the-future', uuid: uuid(5) }, { no: 'type' }, { type: 'user' }, userRecord(1, 'b'));
      assert.deepEqual(messages.map((message) => message.blocks.map(tell)), [['text a'], ['text b']]);
      assert.deepEqual(issues, [2, 3, 4].map((number) => ({ kind: 'unknown-record', line: number })));
    });

    it('do no harm with fields of an unexpected shape', async () => {
      const field = fc.constantFrom('message', 'timestamp', 'uuid', 'cwd', 'gitBranch', 'isSidechain', 'isMeta', 'toolUseResult', 'attachment', 'content', 'subtype', 'error', 'summary', 'aiTitle', '__proto__');
      const type = fc.constantFrom('user', 'assistant', 'system', 'attachment', 'summary', 'ai-title', 'custom-title');
      const content = fc.array(fc.record({ type: fc.constantFrom('text', 'tool_use', 'tool_result', 'image', 'thinking', 'other'), text: fc.jsonValue({ maxDepth: 1 }), content: fc.jsonValue({ maxDepth: 2 }), input: fc.jsonValue({ maxDepth: 1 }), source: fc.jsonValue({ maxDepth: 1 }) }, { requiredKeys: [] }));
      const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.record({ content, id: fc.jsonValue({ maxDepth: 0 }) }), fc.record({ type: fc.constant('queued_command'), prompt: content }));
      await fc.assert(fc.asyncProperty(type, content, fc.array(fc.tuple(field, value), { maxLength: 4 }), async (kind, blocks, fields) => {
        const { messages } = await read({ message: { content: blocks }, ...Object.fromEntries(fields), type: kind }, userRecord(1, 'still here'));
        assert.deepEqual(messages.at(-1)?.blocks, [{ type: 'text', text: 'still here' }]);
      }), { numRuns: 200 });
    });
  });

  describe('in parts', () => {
    const long = 'x'.repeat(10_000);
    const turn = (number: number): object[] => [
      userRecord(4 * number, `request ${number}`),
      ...[1, 2, 3].map((record) => assistantRecord(4 * number + record, `msg_${number}`, [text(`${record} ${long}`)])),
    ];
    const bytesOf = (turns: number): Buffer => Buffer.from(Array.from({ length: turns }, (_, number) => turn(number)).flat().map(line).join(''));

    it('comes to the same as when it is read at once, with no answer in two parts', async () => {
      const bytes = bytesOf(40);
      const parts = await readIn(bytes);
      assert.ok(parts.length > 3, `${parts.length} parts`);
      assert.deepEqual(parts.flatMap(({ messages }) => messages), (await readWhole(readParts(new TranscriptReader(), bytes))).messages);
      assert.equal(parts.flatMap(({ messages }) => messages).length, 80);
      assert.equal(parts.reduce((sum, { size }) => sum + size, 0), bytes.byteLength);
    });

    it('goes on at the end of a part as if it had read all before', async () => {
      const bytes = bytesOf(40);
      const [first, ...others] = await readIn(bytes);
      assert.ok(first);
      const later = await readIn(bytes.subarray(first.size));
      const contentOf = (parts: TranscriptPart[]): object[] => parts.map(({ messages, size }) => ({ messages: messages.map((message) => ({ ...message, index: 0 })), size }));
      assert.deepEqual(contentOf(later), contentOf(others));
    });

    it('ends one in the midst of an answer that takes megabytes', async () => {
      const bytes = Buffer.from([userRecord(0, 'go'), ...Array.from({ length: 600 }, (_, number) => assistantRecord(number + 1, 'msg', [text(long)]))].map(line).join(''));
      const parts = await readIn(bytes);
      assert.equal(parts.length, 2);
      assert.equal(parts.flatMap(({ messages }) => messages.flatMap(({ blocks }) => blocks)).length, 601);
    });

    it('is one part when there is nothing', async () => {
      assert.deepEqual(await readIn(Buffer.alloc(0)), [{ messages: [], issues: [], size: 0 }]);
    });
  });
});

function readIn(bytes: Buffer): Promise<TranscriptPart[]> {
  return Array.fromAsync(readParts(new TranscriptReader(), bytes));
}

function read(...records: object[]): Promise<Transcript> {
  return readWhole(readParts(new TranscriptReader(), Buffer.from(records.map(line).join(''))));
}

function tell(block: Block): string {
  switch (block.type) {
    case 'toolCall':
      return `${block.name}(${block.summary}) ${block.callId}${block.writes.map((file) => ` writes ${file}`).join('')}`;
    case 'toolResult':
      return `${block.failed ? 'failed' : 'result'} ${block.callId}: ${block.text}`;
    case 'image':
      return `image ${block.mediaType} ${block.data}`;
    default:
      return `${block.type} ${block.text}`;
  }
}
