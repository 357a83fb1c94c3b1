import assert from 'node:assert/strict';

import fc from 'fast-check';

import { TranscriptReader } from '../../../../../src/core/agents/qwenCode/transcript.ts';
import { readParts, readWhole } from '../../../../../src/core/agents/transcriptParts.ts';
import type { Block, Transcript } from '../../../../../src/core/session/message.ts';
import { line, record, uuid } from '../../../../support/qwenHome.ts';

describe('a transcript of Qwen Code', () => {
  it('tells of each record its id, time, branch and folder', async () => {
    const { messages } = await read(record(0, 'user', 'hello', { cwd: 'C:\\w', gitBranch: 'main' }));
    assert.deepEqual(messages, [{ index: 0, id: uuid(0), author: 'user', at: '2026-01-02T03:04:00.000Z', blocks: [{ type: 'text', text: 'hello' }], branch: 'main', workingDirectory: 'C:\\w' }]);
  });

  it('tells thoughts, calls and what tools answered, and what failed', async () => {
    const response = (id: string, answer: object): object => ({ functionResponse: { id, name: 'run_shell_command', response: answer } });
    assert.deepEqual(await told(
      record(0, 'user', 'test it'),
      record(1, 'assistant', [{ text: 'hm', thought: true }, { text: 'Running.' }, { functionCall: { id: 'c1', name: 'run_shell_command', args: { command: 'npm test' } } }]),
      record(2, 'tool_result', [response('c1', { output: 'ok' })], { toolCallResult: { status: 'success' } }),
      record(3, 'assistant', [{ functionCall: { id: 'c2', name: 'edit', args: { file_path: '/w/a' } } }]),
      record(4, 'tool_result', [response('c2', { output: 'refused' })], { toolCallResult: { status: 'cancelled' } }),
    ), [
      ['user', 'text test it'],
      ['assistant', 'thinking hm', 'text Running.', 'run_shell_command(npm test) c1'],
      ['system', 'result c1: ok'],
      ['assistant', 'edit(/w/a) c2 writes /w/a'],
      ['system', 'failed c2: refused'],
    ]);
  });

  it('tells commands, notices and that the user went back, and nothing of the program\'s own state', async () => {
    const system = (n: number, subtype: string, systemPayload: object = {}): object => record(n, 'system', undefined, { subtype, systemPayload });
    assert.deepEqual(await told(
      system(0, 'ui_telemetry'),
      system(1, 'slash_command', { phase: 'invocation', rawCommand: '/compress' }),
      system(2, 'slash_command', { phase: 'result', rawCommand: '/compress' }),
      system(3, 'chat_compression'),
      record(4, 'user', '<task-notification>…', { subtype: 'notification', systemPayload: { displayText: 'The task has ended.' } }),
      record(5, 'user', 'wait', { subtype: 'mid_turn_user_message' }),
      system(6, 'rewind'),
      system(7, 'something new'),
    ), [
      ['user', 'notice /compress'],
      ['system', 'notice What was said before was summed up for the model.'],
      ['system', 'notice The task has ended.'],
      ['user', 'text wait'],
      ['system', 'notice Went back to an earlier message.'],
    ]);
  });

  it('is called as the user named it, else by the first request', async () => {
    const talked = [record(0, 'user', 'Fix the oven\nplease'), record(1, 'user', 'now')];
    assert.equal((await read(...talked)).title, 'Fix the oven');
    assert.equal((await read(...talked, record(2, 'system', undefined, { subtype: 'custom_title', systemPayload: { customTitle: 'Oven' } }))).title, 'Oven');
  });

  it('knows no records but its own', async () => {
    const { messages, issues } = await read({ type: 'user' }, { uuid: 'x', type: 'novel' }, record(0, 'user', 'hello'));
    assert.equal(messages.length, 1);
    assert.deepEqual(issues, [{ kind: 'unknown-record', line: 1 }, { kind: 'unknown-record', line: 2 }]);
  });

  it('never throws, whatever the fields of its records hold', async () => {
    const anything = fc.record({ type: fc.constantFrom('user', 'assistant', 'tool_result', 'system'), uuid: fc.string(), subtype: fc.jsonValue(), message: fc.oneof(fc.jsonValue(), fc.record({ parts: fc.jsonValue() })), systemPayload: fc.jsonValue(), toolCallResult: fc.jsonValue() });
    await fc.assert(fc.asyncProperty(fc.array(anything), async (records) => {
      await read(...records);
    }));
  });
});

async function read(...records: object[]): Promise<Transcript> {
  return readWhole(readParts(new TranscriptReader(), Buffer.from(records.map(line).join(''))));
}

async function told(...records: object[]): Promise<string[][]> {
  return (await read(...records)).messages.map(({ author, blocks }) => [author, ...blocks.map(tell)]);
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
