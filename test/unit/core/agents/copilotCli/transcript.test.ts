import assert from 'node:assert/strict';

import fc from 'fast-check';

import { TranscriptReader } from '../../../../../src/core/agents/copilotCli/transcript.ts';
import { readParts, readWhole } from '../../../../../src/core/agents/transcriptParts.ts';
import type { Block, Message, Transcript } from '../../../../../src/core/session/message.ts';
import { line, uuid } from '../../../../support/claudeHome.ts';
import { event } from '../../../../support/copilotHome.ts';

describe('a transcript of Copilot CLI', () => {
  it('carries what an event says of id and time, and the folder and branch in force', async () => {
    const { messages } = await read(
      event(0, 'session.start', { sessionId: 's', context: { cwd: '/w', branch: 'main' } }),
      event(1, 'user.message', { content: 'hello' }),
      event(2, 'session.context_changed', { cwd: '/w/packages' }),
      event(3, 'user.message', { content: 'and there' }),
    );
    assert.deepEqual(messages, [
      { index: 0, id: uuid(1), author: 'user', at: '2026-01-02T03:04:01.000Z', blocks: [{ type: 'text', text: 'hello' }], branch: 'main', workingDirectory: '/w' },
      { index: 1, id: uuid(3), author: 'user', at: '2026-01-02T03:04:03.000Z', blocks: [{ type: 'text', text: 'and there' }], workingDirectory: '/w/packages' },
    ] satisfies Message[]);
  });

  const records: [name: string, type: string, data: object, told: string[]][] = [
    ['an answer with thoughts and tools', 'assistant.message', { content: 'Looking.', reasoningText: 'hm', toolRequests: [{ toolCallId: 'c', name: 'bash', arguments: { command: 'npm test' } }] }, ['assistant', 'thinking hm', 'text Looking.', 'bash(npm test) c']],
    ['a file that is created', 'assistant.message', { content: '', toolRequests: [{ toolCallId: 'c', name: 'create', arguments: { path: '/w/a', file_text: 'x' } }] }, ['assistant', 'create(/w/a) c writes /w/a']],
    ['a patch', 'assistant.message', { content: '', toolRequests: [{ toolCallId: 'c', name: 'apply_patch', arguments: '*** Begin Patch\n*** Update File: src/a.ts\n@@\n-a\n+b\n*** Add File: b.ts\n+c\n*** End Patch' }] }, ['assistant', 'apply_patch(src/a.ts b.ts) c writes src/a.ts,b.ts']],
    ['what a tool answered', 'tool.execution_complete', { toolCallId: 'c', success: true, result: { content: 'ok', detailedContent: 'more' } }, ['system', 'result c: ok']],
    ['a tool that failed', 'tool.execution_complete', { toolCallId: 'c', success: false, error: { message: 'no', code: 'failure' } }, ['system', 'failed c: no']],
    ['a picture that a tool answered', 'tool.execution_complete', { toolCallId: 'c', success: true, result: { content: '', contents: [{ type: 'image', mimeType: 'image/png', data: 'AA==' }] } }, ['system', 'result c: ', 'image image/png']],
    ['a command that the person ran', 'tool.user_requested', { toolCallId: 'c', toolName: 'bash', arguments: { command: 'ls' } }, ['user', 'text !ls']],
    ['what is attached', 'user.message', { content: 'see', attachments: [{ type: 'file', path: '/w/a.ts', displayName: 'a.ts' }, { type: 'blob', mimeType: 'image/png', data: 'AA==' }] }, ['user', 'text see', 'notice [a.ts]', 'image image/png']],
    ['a skill that the program puts in as a message', 'user.message', { content: 'instructions', source: 'skill-pdf' }, ['system', 'notice instructions']],
    ['a continuation that nobody typed', 'user.message', { content: 'go on', isAutopilotContinuation: true }, ['system', 'notice go on']],
    ['an interruption', 'abort', { reason: 'user_initiated' }, ['system', 'notice user_initiated']],
    ['an error', 'session.error', { errorType: 'quota', message: 'No more.' }, ['system', 'notice No more.']],
    ['a compaction', 'session.compaction_complete', { success: true, summaryContent: 'So far.' }, ['system', 'notice So far.']],
    ['a notification', 'system.notification', { content: '<system_notification>\nshell done\n</system_notification>' }, ['system', 'notice shell done']],
  ];
  for (const [name, type, data, told] of records) {
    it(`tells ${name}`, async () => {
      const { messages, issues } = await read(event(0, type, data));
      assert.deepEqual(issues, []);
      assert.deepEqual(messages.map(({ author, blocks }) => [author, ...blocks.map(tell)]), [told]);
    });
  }

  it('is quiet about the system prompt, accounting and kinds of events to come', async () => {
    const { messages, issues } = await read(
      event(0, 'system.message', { role: 'system', content: 'You are' }),
      event(1, 'session.usage_record', { usage: {} }),
      event(2, 'session.shutdown', {}),
      event(3, 'session.something_new', { content: 'x' }),
      event(4, 'constructor', { content: 'x' }),
    );
    assert.deepEqual({ messages, issues }, { messages: [], issues: [] });
  });

  it('counts a line that is no event', async () => {
    assert.deepEqual((await read({ type: 'user.message', data: { content: 'no id' } }, event(0, 'user.message', { content: 'hello' }))).issues, [{ kind: 'unknown-record', line: 1 }]);
  });

  it('joins an answer that comes in several events, and tells an event once that was written twice', async () => {
    const chunk = (n: number, content: string): object => event(n, 'assistant.message', { messageId: 'm', content, toolRequests: [], chunkIndex: n, chunkCount: 2 });
    const { messages } = await read(chunk(0, 'one'), chunk(1, 'two'), chunk(1, 'two'), event(2, 'assistant.message', { messageId: 'm', content: 'three' }));
    assert.deepEqual(messages.map(({ blocks }) => blocks.map(tell)), [['text one', 'text two'], ['text three']]);
  });

  it('sets a sub-agent apart, whose task is no request of the person', async () => {
    const side = { agentId: 'a' };
    const { messages, title } = await read(event(0, 'user.message', { content: 'look', source: 'agent-s' }, side), event(1, 'assistant.message', { content: 'seen' }, side), event(2, 'user.message', { content: 'the request' }));
    assert.deepEqual(messages.map(({ author, sidechain }) => [author, sidechain]), [['user', true], ['assistant', true], ['user', undefined]]);
    assert.equal(title, 'the request');
  });

  it('never throws for what its fields hold', async () => {
    const types = fc.constantFrom(...new Set(records.map(([, type]) => type)), 'session.start', 'session.context_changed');
    await fc.assert(fc.asyncProperty(types, fc.object({ key: fc.constantFrom(...new Set(records.flatMap(([, , data]) => Object.keys(data))), 'context') }), async (type, data) => {
      await read(event(0, type, data));
    }), { numRuns: 300 });
  });
});

async function read(...events: object[]): Promise<Transcript> {
  return readWhole(readParts(new TranscriptReader(), Buffer.from(events.map(line).join(''))));
}

function tell(block: Block): string {
  switch (block.type) {
    case 'toolCall':
      return `${block.name}(${block.summary}) ${block.callId}${block.writes.length > 0 ? ` writes ${block.writes.join()}` : ''}`;
    case 'toolResult':
      return `${block.failed ? 'failed' : 'result'} ${block.callId}: ${block.text}`;
    case 'image':
      return `image ${block.mediaType}`;
    default:
      return `${block.type} ${block.text}`;
  }
}
