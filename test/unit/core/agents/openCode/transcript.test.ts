import assert from 'node:assert/strict';

import fc from 'fast-check';

import { adaptTranscript } from '../../../../../src/core/agents/openCode/adapt.ts';
import { canonicalText } from '../../../../../src/core/agents/openCode/canonicalText.ts';
import { TranscriptReader } from '../../../../../src/core/agents/openCode/transcript.ts';
import { readParts, readWhole } from '../../../../../src/core/agents/transcriptParts.ts';
import { adapted } from '../../../../../src/core/session/adaptation.ts';
import type { Transcript } from '../../../../../src/core/session/message.ts';

let ids = 0;

function message(data: object, ...parts: object[]): object {
  ids += 1;
  return { id: `msg_${ids}`, data, parts: parts.map((part, index) => ({ id: `prt_${ids}_${index}`, data: part })), sessionID: 'ses_1' };
}

describe('a transcript of OpenCode', () => {
  const cases: [name: string, record: object, told: (readonly string[])[]][] = [
    ['what a person said, and apart from it what the program added', message({ role: 'user' }, { type: 'text', text: 'hello' }, { type: 'text', text: 'You are in plan mode.', synthetic: true }), [['user', 'text hello'], ['system', 'notice You are in plan mode.']]],
    ['a picture and another file', message({ role: 'user' }, { type: 'file', mime: 'image/png', url: 'data:image/png;base64,AA==' }, { type: 'file', mime: 'text/plain', url: 'file:///w/a.ts', filename: 'a.ts' }), [['user', 'image image/png', 'notice [a.ts]']]],
    ['thoughts, calls, and what tools answered', message({ role: 'assistant', path: { cwd: '/w' } },
      { type: 'step-start' }, { type: 'reasoning', text: 'hm' }, { type: 'text', text: 'Looking.' },
      { type: 'tool', tool: 'edit', callID: 'c1', state: { status: 'completed', input: { filePath: '/w/a' }, output: 'done' } },
      { type: 'tool', tool: 'bash', callID: 'c2', state: { status: 'error', input: { command: 'npm test' }, error: 'failed' } },
      { type: 'tool', tool: 'read', callID: 'c3', state: { status: 'running', input: { filePath: '/w/b' } } }),
      [['assistant', 'thinking hm', 'text Looking.', 'edit(/w/a) writes /w/a', 'bash(npm test)', 'read(/w/b)'], ['system', 'result c1 done', 'failed c2 failed']]],
    ['an error', message({ role: 'assistant', error: { name: 'APIError', data: { message: 'No more.' } } }), [['system', 'notice No more.']]],
    ['kinds of parts to come quietly', message({ role: 'assistant' }, { type: 'something-new', text: 'x' }), []],
  ];
  for (const [name, record, told] of cases) {
    it(`tells ${name}`, async () => {
      const { messages, issues } = await read(record);
      assert.deepEqual(issues, []);
      assert.deepEqual(messages.map(({ author, blocks }) => [author, ...blocks.map((block) => {
        switch (block.type) {
          case 'toolCall':
            return `${block.name}(${block.summary})${block.writes.length > 0 ? ` writes ${block.writes.join()}` : ''}`;
          case 'toolResult':
            return `${block.failed ? 'failed' : 'result'} ${block.callId} ${block.text}`;
          case 'image':
            return `image ${block.mediaType}`;
          default:
            return `${block.type} ${block.text}`;
        }
      })]), told);
    });
  }

  it('carries when it was said, where, and what is asked first as its title', async () => {
    const { messages, title } = await read(message({ role: 'assistant', time: { created: 0 }, path: { cwd: '/w' } }, { type: 'text', text: 'hi' }), message({ role: 'user' }, { type: 'text', text: 'bake\nit' }));
    assert.deepEqual([messages[0]?.at, messages[0]?.workingDirectory, title], ['1970-01-01T00:00:00.000Z', '/w', 'bake']);
  });

  it('never throws for what its fields hold', async () => {
    await fc.assert(fc.asyncProperty(fc.object({ key: fc.constantFrom('role', 'time', 'created', 'path', 'error', 'data') }), fc.object({ key: fc.constantFrom('type', 'text', 'state', 'status', 'input', 'url', 'mime') }), async (data, part) => {
      await read(message(data, part, { type: 'tool', ...part }));
    }), { numRuns: 200 });
  });

  it('is the same text for the same value, in whatever order its fields came', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = canonicalText(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalText(reversed(value)), text);
    }));
  });

  it('has other ids in a session of another id, in the same order, and what was said stays as it is', async () => {
    const record = { data: { role: 'assistant', parentID: 'msg_000000000001AAAAAAAAAAAAAA' }, id: 'msg_000000000002AAAAAAAAAAAAAA', parts: [{ data: { type: 'tool', state: { input: { id: 'msg_000000000001AAAAAAAAAAAAAA' } } }, id: 'prt_000000000003AAAAAAAAAAAAAA' }], sessionID: 'ses_1' };
    const stored = Buffer.from(`${canonicalText(record)}\n`);
    const to = { folder: '', workspace: { folder: '/w' } };
    const here = JSON.parse(Buffer.concat(await Array.fromAsync(adapted(once(stored), await adaptTranscript(once(stored), { ...to, id: 'ses_2' })))).toString()) as typeof record;
    assert.equal(here.sessionID, 'ses_2');
    for (const [now, before] of [[here.id, record.id], [here.parts[0]?.id, record.parts[0]?.id], [here.data.parentID, record.data.parentID]] as const) {
      assert.notEqual(now, before);
      assert.equal(now?.slice(0, 16), before?.slice(0, 16));
    }
    assert.deepEqual(here.parts[0]?.data, record.parts[0]?.data);
    assert.deepEqual(await adaptTranscript(once(stored), { ...to, id: 'ses_1' }), []);
  });
});

function reversed(value: unknown): unknown {
  return Array.isArray(value) ? value.map(reversed)
    : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([name, each]) => [name, reversed(each)]))
    : value;
}

async function read(...records: object[]): Promise<Transcript> {
  return readWhole(readParts(new TranscriptReader(), Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))));
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}
