import assert from 'node:assert/strict';

import fc from 'fast-check';

import { TranscriptReader } from '../../../../../src/core/agents/gemini/transcript.ts';
import { readParts, readWhole } from '../../../../../src/core/agents/transcriptParts.ts';
import type { Block, Transcript } from '../../../../../src/core/session/message.ts';
import { contextRecord, geminiRecord, header, line, messageId, talk, userRecord } from '../../../../support/geminiHome.ts';

const shell = (id: string, fields: object = {}): object => ({ id, name: 'run_shell_command', args: { command: 'npm test', description: 'Run the tests' }, ...fields });
const response = (id: string, answer: object): object => ({ functionResponse: { id, name: 'run_shell_command', response: answer } });
const done = (id: string, output = 'ok'): object => shell(id, { status: 'success', result: [response(id, { output })] });

describe('a transcript of Gemini CLI', () => {
  describe('messages', () => {
    it('carry what their record says of id and time', async () => {
      const { messages } = await read(header('s'), userRecord(7, 'hello', { timestamp: '2026-01-02T05:04:05.6+02:00' }));
      assert.deepEqual(messages, [{ index: 0, id: messageId(7), author: 'user', at: '2026-01-02T03:04:05.600Z', blocks: [{ type: 'text', text: 'hello' }] }]);
    });

    it('that are written again are told once, as they were written last', async () => {
      assert.deepEqual(await told(
        userRecord(0, 'test it'),
        geminiRecord(1, '', { thoughts: [{ subject: 'Plan', description: 'Run it.' }] }),
        geminiRecord(1, 'Running.', { thoughts: [{ subject: 'Plan', description: 'Run it.' }], toolCalls: [shell('c1')] }),
        geminiRecord(1, 'Running.', { thoughts: [{ subject: 'Plan', description: 'Run it.' }], toolCalls: [done('c1', '<untrusted_context>\n2 passing\n</untrusted_context>')] }),
        userRecord(2, [response('c1', { output: '2 passing' })]),
        geminiRecord(3, 'All green.'),
      ), [
        ['user', 'text test it'],
        ['assistant', 'thinking Plan\nRun it.', 'text Running.', 'run_shell_command(npm test) c1'],
        ['system', 'result c1: 2 passing'],
        ['assistant', 'text All green.'],
      ]);
    });

    it('tell what failed, what was written, and how far the list is done', async () => {
      assert.deepEqual(await told(geminiRecord(0, '', { toolCalls: [
        shell('c1', { status: 'error', result: [response('c1', { error: 'no such file' })] }),
        { id: 'c2', name: 'write_file', args: { file_path: '/w/a.ts', content: 'x' }, status: 'cancelled', result: 'not wanted' },
        { id: 'c3', name: 'write_todos', args: { todos: [{ status: 'completed' }, { status: 'pending' }] } },
        { id: 'c4', name: 'constructor', args: null, status: 'success', result: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }], resultDisplay: 'a picture' },
      ] })), [
        ['assistant', 'run_shell_command(npm test) c1', 'write_file(/w/a.ts) c2 writes /w/a.ts', 'write_todos(1/2) c3', 'constructor() c4'],
        ['system', 'failed c1: no such file', 'failed c2: not wanted', 'result c4: a picture', 'image'],
      ]);
    });

    it('are read where thoughts, calls and results stand among the parts', async () => {
      assert.deepEqual(await told(
        geminiRecord(0, [{ text: 'hm', thought: true }, { text: 'Looking.' }, { functionCall: { id: 'c1', name: 'glob', args: { pattern: '*.ts' } } }]),
        userRecord(1, [{ functionResponse: { id: 'c1', response: { output: 'a.ts' } } }]),
      ), [['assistant', 'thinking hm', 'text Looking.', 'glob(*.ts) c1'], ['system', 'result c1: a.ts']]);
    });

    it('of the user are what they typed, and what only steers the program or comes from it is a notice', async () => {
      assert.deepEqual(await told(
        contextRecord('/w'),
        userRecord(0, '/compress'),
        userRecord(1, [{ text: 'look at @a.ts' }, { text: '--- Content ---' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }], { displayContent: [{ text: 'look at @a.ts' }] }),
        userRecord(2, '<hook_context>from a hook</hook_context>'),
        { ...userRecord(3, 'Request cancelled.'), type: 'info' },
      ), [
        ['user', 'notice /compress'],
        ['user', 'text look at @a.ts', 'image'],
        ['system', 'notice <hook_context>from a hook</hook_context>'],
        ['system', 'notice Request cancelled.'],
      ]);
    });

    it('stay when the talk is cut short or written as a whole, and what is new in it follows', async () => {
      const summary = userRecord(10, '<state_snapshot>All before.</state_snapshot>');
      assert.deepEqual(await told(
        userRecord(0, 'one'),
        geminiRecord(1, 'two'),
        { $set: { messages: [summary, geminiRecord(1, [{ text: 'two, again' }])] } },
        { $set: { sessionId: 's', lastUpdated: 'now' } },
        userRecord(2, 'three'),
      ), [['user', 'text one'], ['assistant', 'text two'], ['system', 'notice <state_snapshot>All before.</state_snapshot>'], ['user', 'text three']]);
    });

    it('stay when the user went back, which is said', async () => {
      assert.deepEqual(await told(userRecord(0, 'one'), geminiRecord(1, 'two'), { $rewindTo: messageId(0) }, { $rewindTo: 'unknown' }, userRecord(2, 'other')), [
        ['user', 'text one'],
        ['assistant', 'text two'],
        ['system', 'notice Went back to before: one'],
        ['system', 'notice Went back to an earlier message.'],
        ['user', 'text other'],
      ]);
    });
  });

  it('is called as the program sums it up, else by the first request that is none to the program', async () => {
    const talked = [header('s'), contextRecord('/w'), userRecord(0, '/help'), userRecord(1, 'Fix   the\noven'), userRecord(2, 'now')];
    assert.equal((await read(...talked)).title, 'Fix the');
    assert.equal((await read(...talked, { $set: { summary: 'Repair of the oven' } }, { $set: { summary: ' ' } })).title, 'Repair of the oven');
  });

  it('that an older version kept as one document is read like lines, and no damage', async () => {
    const messages = [userRecord(0, 'one'), geminiRecord(1, 'two')];
    const lines = await read(header('s'), ...messages);
    for (const indent of [undefined, 2]) {
      assert.deepEqual(await readBytes(Buffer.from(JSON.stringify({ ...header('s'), messages }, null, indent))), lines);
    }
  });

  it('that was one document and is torn still tells its whole messages, and is damaged', async () => {
    const whole = JSON.stringify({ ...header('s'), messages: [userRecord(0, 'one'), geminiRecord(1, 'two')] }, null, 2);
    const { messages, issues } = await readBytes(Buffer.from(whole.slice(0, whole.indexOf('two'))));
    assert.deepEqual(messages.map(({ blocks }) => blocks.map(tell)), [['text one']]);
    assert.notEqual(issues.length, 0);
  });

  it('tells a record that follows a torn one in its line', async () => {
    const torn = line(userRecord(0, 'lost in the middle')).slice(0, 90);
    const { messages, issues } = await readBytes(Buffer.from(`${line(header('s'))}${torn}${line({ $set: { lastUpdated: 'now' } })}${line(userRecord(1, 'after'))}`));
    assert.deepEqual(messages.map(({ blocks }) => blocks.map(tell)), [['text after']]);
    assert.deepEqual(issues, [{ kind: 'bad-line', line: 2 }]);
  });

  it('knows no records but its own', async () => {
    const { messages, issues } = await read(header('s'), { type: 'user', message: {} }, { id: 'x', type: 'novel' }, { id: 5 }, userRecord(0, 'hello'));
    assert.equal(messages.length, 1);
    assert.deepEqual(issues.map(({ kind, line: at }) => [kind, at]), [['unknown-record', 2], ['unknown-record', 3], ['unknown-record', 4]]);
  });

  it('never throws, whatever the fields of its records hold', async () => {
    const fields = fc.record({
      id: fc.option(fc.constantFrom('a', 'b', 'c')), type: fc.constantFrom('user', 'gemini', 'info', 'novel'), content: fc.jsonValue(), displayContent: fc.jsonValue(),
      thoughts: fc.jsonValue(), toolCalls: fc.oneof(fc.jsonValue(), fc.array(fc.record({ id: fc.jsonValue(), name: fc.string(), args: fc.jsonValue(), result: fc.jsonValue(), status: fc.string() }))),
      $set: fc.option(fc.record({ messages: fc.jsonValue(), summary: fc.jsonValue() })), $rewindTo: fc.option(fc.jsonValue()), timestamp: fc.jsonValue(),
    }, { requiredKeys: ['type'] });
    await fc.assert(fc.asyncProperty(fc.array(fields), async (records) => {
      const { messages } = await read(header('s'), ...records);
      assert.deepEqual(messages.map(({ index }) => index), messages.map((_, at) => at));
    }));
  });

  it('comes to the same messages when it is read in parts', async () => {
    const bytes = Buffer.from(talk('s', Array.from({ length: 60 }, (_, n) => `${n} ${'word '.repeat(4000)}`), '/w'));
    const whole = await readBytes(bytes);
    const parts = await Array.fromAsync(readParts(new TranscriptReader(), bytes));
    assert.ok(parts.length > 2);
    assert.equal(parts.reduce((sum, { size }) => sum + size, 0), bytes.length);
    assert.deepEqual(parts.flatMap(({ messages }) => messages), whole.messages);
  });
});

async function read(...records: object[]): Promise<Transcript> {
  return readBytes(Buffer.from(records.map(line).join('')));
}

async function readBytes(bytes: Uint8Array): Promise<Transcript> {
  return readWhole(readParts(new TranscriptReader(), bytes));
}

/** Each message as its author and one line for each block. */
async function told(...records: object[]): Promise<string[][]> {
  return (await read(header('s'), ...records)).messages.map(({ author, blocks }) => [author, ...blocks.map(tell)]);
}

function tell(block: Block): string {
  switch (block.type) {
    case 'toolCall':
      return `${block.name}(${block.summary}) ${block.callId}${block.writes.map((file) => ` writes ${file}`).join('')}`;
    case 'toolResult':
      return `${block.failed ? 'failed' : 'result'} ${block.callId}: ${block.text}`;
    case 'image':
      return 'image';
    default:
      return `${block.type} ${block.text}`;
  }
}
