import assert from 'node:assert/strict';
import fc from 'fast-check';
import { handoffExcerpt } from '../../../../../src/core/session/handoff/excerpt.ts';
import type { ChangedFile, HandoffSource } from '../../../../../src/core/session/handoff/fromTranscript.ts';
import { handoffBytes, makeHandoff } from '../../../../../src/core/session/handoff/fromTranscript.ts';
import { parseHandoff } from '../../../../../src/core/session/handoff/parse.ts';
import { renderHandoff } from '../../../../../src/core/session/handoff/render.ts';
import type { Block, Message } from '../../../../../src/core/session/message.ts';

type Turn = Omit<Message, 'index'>;

const user = (text: string): Turn => ({ author: 'user', blocks: [{ type: 'text', text }] });
const assistant = (text: string): Turn => ({ author: 'assistant', blocks: [{ type: 'text', text }] });
let calls = 0;
function tool(name: string, input: unknown, result?: { text: string; failed?: boolean }, more: { writes?: string[]; summary?: string } & Partial<Turn> = {}): Turn[] {
  const callId = `call-${++calls}`;
  const { writes = [], summary = '', ...turn } = more;
  const answer: Block[] = result ? [{ type: 'toolResult', callId, text: result.text, failed: result.failed ?? false }] : [];
  return [
    { author: 'assistant', blocks: [{ type: 'toolCall', callId, name, summary, input, writes }], ...turn },
    ...(result ? [{ author: 'user', blocks: answer, ...turn } satisfies Turn] : []),
  ];
}
const bash = (command: string, text: string, failed = false): Turn[] => tool('Bash', { command }, { text, failed }, { summary: command });

function source(turns: (Turn | Turn[])[], changedFiles: ChangedFile[] = []): HandoffSource {
  return {
    messages: turns.flat().map((turn, index) => ({ ...turn, index })),
    device: { id: 'feedc0de', name: 'desktop' },
    at: '2026-01-02T03:04:05.000Z',
    changedFiles,
  };
}

/** The sections by title, of a handoff that has been a document in between. */
function sections(turns: (Turn | Turn[])[], changedFiles: ChangedFile[] = []): Partial<Record<string, string>> {
  const made = makeHandoff(source(turns, changedFiles));
  const read = parseHandoff(renderHandoff(made));
  assert.deepEqual(read.sections, made.sections);
  return Object.fromEntries(read.sections.map(({ title, body }) => [title, body]));
}

describe('a handoff made from the conversation alone', () => {
  it('passes the pizza test', () => {
    const made = sections([user('By the way, my favorite pizza is Margherita. Now fix the login.'), assistant('Noted.')]);
    assert.equal(made['Important Context'], '- By the way, my favorite pizza is Margherita.');
  });

  it('says that no model made it, and nothing at all when nothing was said', () => {
    const text = renderHandoff(makeHandoff(source([])));
    assert.match(text, /without a language model/);
    assert.doesNotMatch(text, /^## /m);
  });

  it('quotes the last substantial requests, the most recent first, and how it all began', () => {
    const made = sections(['Add OAuth to the server', 'Write tests for it', 'Use Redis for tokens', 'Handle expired tokens', 'yes', 'ok do it', 'continue'].map(user));
    assert.equal(made['Current Task'], '> Handle expired tokens\n\n> Use Redis for tokens\n\n> Write tests for it\n\nThe conversation began with:\n\n> Add OAuth to the server');
  });

  it('quotes a "yes" when nothing else was said', () => {
    assert.equal(sections([user('yes')])['Current Task'], '> yes');
  });

  it('quotes requests of any language', () => {
    const made = sections([user('v0.16.0 릴리즈 상태는 어떤가요?'), user('修复登录错误'), user('أصلح خطأ تسجيل الدخول')]);
    assert.equal(made['Current Task'], '> أصلح خطأ تسجيل الدخول\n\n> 修复登录错误\n\n> v0.16.0 릴리즈 상태는 어떤가요?');
  });

  it('leaves out what programs and sub-agents say, also in the name of the user', () => {
    const made = sections([
      user('Rename the parser please'),
      { author: 'user', sidechain: true, blocks: [{ type: 'text', text: 'You must search the web for pizza.' }] },
      { author: 'system', blocks: [{ type: 'text', text: 'Always be nice to the system.' }] },
      { author: 'user', blocks: [{ type: 'notice', text: 'hook: never mind the gap' }] },
      { author: 'assistant', blocks: [{ type: 'thinking', text: 'I prefer thinking. Or not?' }] },
      ...bash('cat notes', 'You must always prefer tabs.'),
    ]);
    assert.deepEqual(made, { 'Current Task': '> Rename the parser please' });
  });

  it('hears what the user said in refusing a tool call', () => {
    const refusal = "The user doesn't want to proceed with this tool use. The tool use was rejected. To tell you how to proceed, the user said:\nLet's keep the file name";
    const made = sections([user('Make it installable'), tool('ExitPlanMode', { plan: 'p' }, { text: refusal, failed: true })]);
    assert.equal(made['Key Decisions Made'], "- Let's keep the file name");
  });

  it('cannot be broken by what a message holds', () => {
    const made = sections([
      user('Fix this document:\n# Title\n---\n## Next Steps\n```\nleft open\n> deep'),
      user('# I prefer headings'),
      tool('TodoWrite', { todos: [{ content: '## Next Steps\n```', status: 'pending' }, { content: '---', status: 'in_progress' }] }, { text: 'ok' }),
      bash('printf "`%s`"', 'Exit code 1\n```\n## Files Modified\n````', true),
    ]);
    assert.deepEqual(Object.keys(made), ['Current Task', 'Progress So Far', 'Important Context', 'Debug/Error Context', 'Next Steps']);
    assert.equal(made['Important Context'], '- \\# I prefer headings');
    assert.equal(made['Next Steps'], '1. \\---\n2. \\## Next Steps ```');
  });

  it('tells done, running and open to-dos from lists that replace each other', () => {
    const made = sections([
      tool('TodoWrite', { todos: [{ content: 'Parse', status: 'in_progress' }, { content: 'Dropped later', status: 'pending' }] }, { text: 'ok' }),
      tool('TodoWrite', { todos: [{ content: 'Parse', status: 'completed' }] }, { text: 'ok' }),
      tool('update_plan', { plan: [{ step: 'テストを書く', status: 'in_progress' }, { step: 'Release', status: 'pending' }] }, { text: 'ok' }),
      tool('TodoWrite', { todos: [{ content: 'Refused', status: 'pending' }] }, { text: 'no', failed: true }),
    ]);
    assert.equal(made['Progress So Far'], '- [x] Parse\n- [ ] テストを書く (in progress)');
    assert.equal(made['Next Steps'], '1. テストを書く\n2. Release');
  });

  it('tells to-dos from tasks that are created and updated one by one', () => {
    const made = sections([
      tool('TaskCreate', { subject: 'Add field' }, { text: 'Task #7 created successfully: Add field' }),
      tool('TaskCreate', { subject: 'Write docs' }, { text: 'Task #8 created successfully: Write docs' }),
      tool('TaskCreate', { subject: 'Never mind' }, { text: 'Task #9 created successfully: Never mind' }),
      tool('TaskUpdate', { taskId: '7', status: 'completed' }, { text: 'Updated task #7 status' }),
      tool('TaskUpdate', { taskId: '9', status: 'deleted' }, { text: 'ok' }),
    ]);
    assert.equal(made['Progress So Far'], '- [x] Add field');
    assert.equal(made['Next Steps'], '1. Write docs');
  });

  it('names the commits that were made, an amended one once', () => {
    const made = sections([
      bash('git add . && git commit -m "Add login"', '[main abc1234] Add login\n 1 file changed'),
      bash('git commit --amend --no-edit', '[main def5678] Add login\n 1 file changed'),
      bash('git log', '[main 9999999] not a commit of ours'),
      bash('git commit -m "Broken"', '[main 8888888] Broken', true),
    ]);
    assert.equal(made['Progress So Far'], '- [x] Committed `def5678` Add login');
  });

  it('lists decisions of the user and answers given in a dialog, as the conversation goes', () => {
    const question = 'How "big" should it be?';
    const made = sections([
      user("I looked around. Let's use Redis for sessions. Should we use Go?"),
      tool('AskUserQuestion', { questions: [{ question }] }, { text: `Your questions have been answered: "${question}"="Everything". You can now continue with these answers in mind.` }),
      user('We’ll keep the old endpoint'),
    ]);
    assert.equal(made['Key Decisions Made'], `- Let's use Redis for sessions.\n- ${question} — Everything\n- We’ll keep the old endpoint`);
  });

  it('lists preferences and rules of the user, but neither questions nor pasted text', () => {
    const made = sections([
      user('I prefer tabs. Never touch the vendor folder. I don\'t know why it fails. Must it be so?'),
      user('Look:\n```\nyou must always paste\n```\n> never quote\n- remember that Anna is on leave'),
    ]);
    assert.equal(made['Important Context'], '- I prefer tabs.\n- Never touch the vendor folder.\n- remember that Anna is on leave');
  });

  it('tells rules from how things are, and hears what is not to be done', () => {
    const made = sections([user("We don't always have the session. You don't have Docker here. Never have two writers. Let's not leave the tests to the end.")]);
    assert.equal(made['Important Context'], '- Never have two writers.');
    assert.equal(made['Key Decisions Made'], "- Let's not leave the tests to the end.");
  });

  it('keeps what a person said of themselves before many rules of work', () => {
    const rules = Array.from({ length: 60 }, (_, index) => user(`Always run check number ${index} before you push to the shared branch`));
    assert.match(sections([user('my favourite pizza is Margherita'), ...rules])['Important Context']!, /^- my favourite pizza is Margherita\n/);
  });

  it('shows commands that still fail with the end of their output, and not those that work by now', () => {
    const made = sections([
      bash('npm test', 'Exit code 1\nold failure', true),
      bash('npm run lint', 'Exit code 1\n\u001b[31merror\u001b[0m  no-undef', true),
      bash('npm test', 'all good'),
      bash('grep x y', 'Exit code 1', true),
      bash('curl x | sh', 'Permission for this action was denied by a rule', true),
      bash('rm -rf /', "The user doesn't want to proceed with this tool use. STOP", true),
    ]);
    assert.equal(made['Debug/Error Context'], '`npm run lint` failed:\n\n```\nerror  no-undef\n```');
  });

  it('lists the files that git says have changed', () => {
    const files = [{ path: 'src/a.ts', added: 10, removed: 2 }, { path: 'logo.png' }];
    assert.equal(sections([], files)['Files Modified'], '- `src/a.ts` (+10, −2)\n- `logo.png`');
  });

  it('lists the files that tools wrote when git says nothing, the last first, those of sub-agents too', () => {
    const made = sections([
      tool('Write', {}, { text: 'ok' }, { writes: ['/home/anna/app/src/a.ts'], workingDirectory: '/home/anna/app' }),
      tool('Write', {}, { text: 'no', failed: true }, { writes: ['/home/anna/app/failed.ts'], workingDirectory: '/home/anna/app' }),
      tool('Edit', {}, { text: 'ok' }, { writes: ['C:\\app\\b.ts', 'C:\\apples\\c.ts'], workingDirectory: 'C:\\app', sidechain: true }),
    ]);
    assert.equal(made['Files Modified'], '- `C:\\apples\\c.ts`\n- `b.ts`\n- `src/a.ts`');
  });

  it('repeats the question that waits for an answer, and none that has one', () => {
    const turns = [user('Plan the release'), assistant('I found two ways. Shall I tag it now? Or wait for **CI**?')];
    assert.equal(sections(turns)['Open Questions'], '- Shall I tag it now?\n- Or wait for **CI**?');
    assert.equal(sections([...turns, user('tag it')])['Open Questions'], undefined);
    assert.equal(sections([user('go'), tool('AskUserQuestion', { questions: [{ question: '어떻게 진행할까요?' }] })])['Open Questions'], '- 어떻게 진행할까요?');
  });

  it('stays small whatever the conversation holds, and loses no part of a character', () => {
    const long = '🧑‍🚀漢字 ~`# must always '.repeat(2000);
    const many = Array.from({ length: 50 }, (_, index) => [
      user(`${long}${index}`),
      user(`I prefer ${'漢'.repeat(250)}${index}`),
      user(`Let's use ${'漢'.repeat(250)}${index}`),
      tool('TodoWrite', { todos: ['completed', 'in_progress', 'pending'].map((status) => ({ content: `${index}${status}${long}`, status })) }, { text: 'ok' }),
      bash(`make ${index}${long}`, `${long}\n`.repeat(50), true),
      tool('Write', {}, { text: 'ok' }, { writes: [`/${'漢'.repeat(300)}${index}`] }),
    ].flat()).flat();
    const text = renderHandoff(makeHandoff({ ...source([...many, assistant(`${long}? `.repeat(20))]), branch: 'b'.repeat(100), commit: 'c'.repeat(40) }));
    assert.ok(Buffer.byteLength(text) <= handoffBytes, String(Buffer.byteLength(text)));
    assert.ok(Buffer.byteLength(text) > handoffBytes / 2, 'and it uses its room');
    assert.ok(text.isWellFormed());
    assert.doesNotMatch(text, /🧑(?!‍🚀)/u);
  });

  it('is made from any messages without throwing, within its size', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('```', '# a', '---', "let's use it", 'I prefer\r\nx', 'why?', '<system-reminder>', '[a 1234567] b'));
    const input = fc.oneof(fc.anything(), fc.record({ todos: fc.array(fc.record({ content: text, status: text })) }), fc.record({ command: text }), fc.record({ taskId: text, status: text, subject: text }));
    const block: fc.Arbitrary<Block> = fc.oneof(
      fc.record({ type: fc.constant('text' as const), text }),
      fc.record({ type: fc.constant('toolCall' as const), callId: fc.constantFrom('a', 'b'), name: fc.constantFrom('TaskCreate', 'TaskUpdate', 'Bash'), summary: text, input, writes: fc.array(text) }),
      fc.record({ type: fc.constant('toolResult' as const), callId: fc.constantFrom('a', 'b'), text, failed: fc.boolean() }),
    );
    const message = fc.record({ author: fc.constantFrom('user' as const, 'assistant' as const), blocks: fc.array(block, { maxLength: 4 }) });
    fc.assert(fc.property(fc.array(message, { maxLength: 8 }), (turns) => {
      const made = makeHandoff(source(turns));
      const rendered = renderHandoff(made);
      assert.ok(Buffer.byteLength(rendered) <= handoffBytes);
      assert.deepEqual(parseHandoff(rendered).sections, made.sections);
      assert.ok(handoffExcerpt(made).length <= 280);
    }), { numRuns: 300 });
  });

  // Looking through all of them for each would take minutes.
  it('is made of ten thousand messages in one pass', () => {
    const turns = Array.from({ length: 5000 }, (_, index) => [user(`Step ${index}: always do it. ${'word '.repeat(50)}`), ...bash(`run ${index}`, 'Exit code 1\nx', true)]);
    assert.ok(makeHandoff(source(turns)).sections.length > 0);
  }).timeout(20_000);
});

describe('the excerpt of a handoff', () => {
  it('is the current task as plain text', () => {
    const excerpt = handoffExcerpt({ sections: [{ title: 'Notes', body: 'n' }, { title: 'Current task', body: '> **Fix** the `login`\n> - [ ] soon\n\n> \\# now' }] });
    assert.equal(excerpt, 'Fix the login\nsoon\n# now');
  });

  it('is the first text there is when no task is named', () => {
    assert.equal(handoffExcerpt(parseHandoff('# Handoff from phone\n\njust a note')), 'just a note');
    assert.equal(handoffExcerpt({ sections: [] }), '');
  });
});
