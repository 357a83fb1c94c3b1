import assert from 'node:assert/strict';
import fc from 'fast-check';

import { TranscriptReader } from '../../../../../src/core/agents/codex/transcript.ts';
import { readParts, readWhole } from '../../../../../src/core/agents/transcriptParts.ts';
import type { Block, Transcript } from '../../../../../src/core/session/message.ts';
import { line } from '../../../../support/claudeHome.ts';
import { metaOf, rollout, said } from '../../../../support/codexHome.ts';

const id = '01a20235-1ad6-72e3-a8fd-5c987b4a4dcd';
const item = (payload: object): object => rollout(1, 'response_item', payload);
const event = (type: string, fields: object = {}): object => rollout(1, 'event_msg', { type, ...fields });
const result = (output: unknown): object => item({ type: 'function_call_output', call_id: 'c', output });

describe('records of a Codex transcript', () => {
  const cases: [what: string, record: object, told: string[]][] = [
    ['a request', item(said('user', 'fix it')), ['user text fix it']],
    ['a request in tags that the program says is the user’s', item(said('user', '<skill>x</skill>', { internal_chat_message_metadata_passthrough: { content_item_kinds: ['user.text'] } })), ['user text <skill>x</skill>']],
    ['a request in tags of the user’s own', item(said('user', '<task>look</task>')), ['user text <task>look</task>']],
    ['where it runs', item(said('user', '<environment_context>\n<cwd>/x</cwd></environment_context>')), []],
    ['the project’s instructions', item(said('user', '# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>be kind</INSTRUCTIONS>')), []],
    ['what the program tells the model to be', item(said('developer', 'be kind')), []],
    ['a command that the user ran', item(said('user', '<user_shell_command>\n<command>\nls\n</command>\n<result>\na.txt\n</result>\n</user_shell_command>')), ['user text !ls', 'system notice a.txt']],
    ['the end of a sub-agent', item(said('user', '<subagent_notification>done</subagent_notification>')), ['system notice done']],
    ['an image', item({ type: 'message', role: 'user', content: [{ type: 'input_text', text: '<image name=[Image #1]>' }, { type: 'input_image', image_url: 'data:image/png;base64,iVBO' }, { type: 'input_text', text: '</image>' }] }), ['user image image/png iVBO']],
    ['an image kept elsewhere', item({ type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'https://x' }] }), ['user notice [image]']],
    ['an answer', item(said('assistant', 'done')), ['assistant text done']],
    ['a refusal', item({ type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] }), ['assistant text no']],
    ['a thought', item({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'x' }), ['assistant thinking hm']],
    ['a thought that is sealed', item({ type: 'reasoning', summary: [], content: null, encrypted_content: 'x' }), []],
    ['a command', item({ type: 'function_call', name: 'exec_command', arguments: '{"cmd":"npm test","workdir":"/x"}', call_id: 'c' }), ['assistant exec_command(npm test) c']],
    ['a command of an older version', item({ type: 'function_call', name: 'shell', arguments: '{"command":["bash","-lc","ls"]}', call_id: 'c' }), ['assistant shell(ls) c']],
    ['a plan', item({ type: 'function_call', name: 'update_plan', arguments: '{"plan":[{"step":"a","status":"completed"},{"step":"b","status":"pending"}]}', call_id: 'c' }), ['assistant update_plan(1/2) c']],
    ['a patch', item({ type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin Patch\n*** Update File: a.ts\n*** Move to: b.ts\n*** End Patch', call_id: 'c' }), ['assistant apply_patch(a.ts) c writes a.ts writes b.ts']],
    ['a patch within code', item({ type: 'custom_tool_call', name: 'exec', input: 'await tools.apply_patch("*** Begin Patch\\n*** Add File: a.ts\\n+x\\n*** End Patch")', call_id: 'c' }), ['assistant exec(a.ts) c writes a.ts']],
    ['a search', item({ type: 'web_search_call', action: { type: 'search', query: 'pizza' } }), ['assistant web_search(pizza) ']],
    ['arguments that are no JSON', item({ type: 'function_call', name: 'x', arguments: 'torn{', call_id: 'c' }), ['assistant x(torn{) c']],
    ['a result', result('Exit code: 0\nOutput:\nok'), ['system result c: Exit code: 0\nOutput:\nok']],
    ['a result that failed', result('Chunk ID: 1\nProcess exited with code 2\nOutput:\nno'), ['system failed c: Chunk ID: 1\nProcess exited with code 2\nOutput:\nno']],
    ['a result of an older version', result('{"output":"no","metadata":{"exit_code":1}}'), ['system failed c: no']],
    ['a result in pieces', result([{ type: 'input_text', text: 'a' }, { type: 'input_image', image_url: 'data:image/png;base64,iVBO' }]), ['system result c: a', 'system image image/png iVBO']],
    ['a result of a server', result({ content: 'no', success: false }), ['system failed c: no']],
    ['a result that is one piece', result({ type: 'input_text', text: 'a' }), ['system result c: a']],
    ['an item of a new kind', item({ type: 'dream' }), ['system notice [dream]']],
    ['an error', event('error', { message: 'no quota' }), ['system notice no quota']],
    ['an interruption', event('turn_aborted', { reason: 'interrupted' }), ['system notice interrupted']],
    ['a turn taken back', event('thread_rolled_back', { num_turns: 1 }), ['system notice [thread_rolled_back]']],
    ['a compaction', rollout(1, 'compacted', { message: 'so far', replacement_history: [] }), ['system notice so far']],
    ['a compaction without words', rollout(1, 'compacted', { message: '' }), ['system notice [compacted]']],
    ['an event that repeats what was said', event('agent_message', { message: 'done' }), []],
    ['an event of a new kind', event('dream'), []],
    ['state of the program', rollout(1, 'world_state', { full: true }), []],
  ];
  for (const [what, record, told] of cases) {
    it(`tell ${what}`, async () => {
      const { messages, issues } = await read(record);
      assert.deepEqual(messages.flatMap(({ author, blocks }) => blocks.map((block) => `${author} ${tell(block)}`)), told);
      assert.deepEqual(issues, []);
    });
  }

  it('make one message of what the model says in one go, and one of the results', async () => {
    const call = (n: number): object => item({ type: 'function_call', name: 'wait', arguments: '{}', call_id: `c${n}` });
    const { messages } = await read(item(said('user', 'go')), item(said('assistant', 'well')), call(1), call(2), result('a'), result('b'), item(said('assistant', 'done')), event('task_complete'), item(said('assistant', 'again')));
    assert.deepEqual(messages.map(({ author, blocks }) => [author, blocks.length]), [['user', 1], ['assistant', 3], ['system', 2], ['assistant', 1], ['assistant', 1]]);
  });

  it('name branch and folder as far as they say them', async () => {
    const { messages } = await read(
      rollout(0, 'session_meta', metaOf(id, { cwd: '/a', git: { branch: 'main' } })), item(said('user', 'one')),
      rollout(0, 'session_meta', metaOf('other', { cwd: '/copied' })), rollout(1, 'turn_context', { cwd: '/a/b' }), item(said('user', 'two')),
    );
    assert.deepEqual(messages.map(({ branch, workingDirectory }) => [branch, workingDirectory]), [['main', '/a'], ['main', '/a/b']]);
  });

  it('are titled by their name, else by the first request', async () => {
    const request = item(said('user', 'please\nfix it'));
    assert.equal((await read(item(said('user', '<environment_context>x</environment_context>')), request, item(said('user', 'more')))).title, 'please');
    assert.equal((await read(request, event('thread_name_updated', { thread_name: 'Mine' }), event('thread_name_updated'))).title, 'Mine');
    assert.equal((await read(event('task_started'))).title, undefined);
  });

  it('of unknown kind are counted with their line, and hide nothing', async () => {
    const { messages, issues } = await read(item(said('user', 'a')), rollout(1, 'from-the-future', {}), { no: 'type' }, { type: 'response_item' }, item({}), item(said('user', 'b')));
    assert.equal(messages.length, 2);
    assert.deepEqual(issues, [2, 3, 4, 5].map((number) => ({ kind: 'unknown-record', line: number })));
  });

  it('do no harm with fields of an unexpected shape', async () => {
    const type = fc.constantFrom('session_meta', 'turn_context', 'response_item', 'event_msg', 'compacted', 'world_state');
    const kind = fc.constantFrom('message', 'reasoning', 'function_call', 'function_call_output', 'custom_tool_call', 'thread_settings_applied', 'error', 'exited_review_mode', 'thread_name_updated');
    const field = fc.constantFrom('role', 'content', 'summary', 'arguments', 'input', 'output', 'call_id', 'name', 'cwd', 'git', 'source', 'history_base', 'message', 'thread_settings', 'review_output', '__proto__');
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(fc.record({ type: fc.constantFrom('input_text', 'input_image'), text: fc.jsonValue({ maxDepth: 1 }), image_url: fc.jsonValue({ maxDepth: 0 }) }, { requiredKeys: [] })));
    await fc.assert(fc.asyncProperty(type, kind, fc.array(fc.tuple(field, value), { maxLength: 4 }), async (outer, inner, fields) => {
      const { messages } = await read(rollout(0, outer, { role: 'user', ...Object.fromEntries(fields), type: inner }), event('task_complete'), item(said('user', 'still here')));
      assert.deepEqual(messages.at(-1)?.blocks.at(-1), { type: 'text', text: 'still here' });
    }), { numRuns: 300 });
  });

  it('come to the same in parts as at once, and from the end of a part on', async () => {
    const turn = (n: number): object[] => [event('task_started'), rollout(1, 'turn_context', { cwd: '/a' }), item(said('user', `request ${n}`)), ...[1, 2, 3].map((each) => item(said('assistant', `${each} ${'x'.repeat(10_000)}`))), event('task_complete')];
    const bytes = Buffer.from(Array.from({ length: 40 }, (_, n) => turn(n)).flat().map(line).join(''));
    const parts = await Array.fromAsync(readParts(new TranscriptReader(), bytes));
    assert.ok(parts.length > 3, `${parts.length} parts`);
    assert.deepEqual(parts.flatMap(({ messages }) => messages), (await readWhole(readParts(new TranscriptReader(), bytes))).messages);
    assert.equal(parts.flatMap(({ messages }) => messages).length, 80);
    const later = await Array.fromAsync(readParts(new TranscriptReader(), bytes.subarray(parts[0]?.size)));
    const contentOf = (some: typeof parts): object[] => some.flatMap(({ messages }) => messages.map((message) => ({ ...message, index: 0 })));
    assert.deepEqual(contentOf(later), contentOf(parts.slice(1)));
  });
});

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
