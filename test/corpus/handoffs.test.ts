/**
 * What somebody who goes on has to find in a handoff that was made without a model. The table was made by reading the
 * conversations: it names the records (by the beginning of their ids) whose words have to stand in a section.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { ClaudeCodeAgent } from '../../src/core/agents/claudeCode/claudeCode.ts';
import { makeHandoff } from '../../src/core/session/handoff/fromTranscript.ts';
import type { SectionTitle } from '../../src/core/session/handoff/handoff.ts';
import { renderHandoff } from '../../src/core/session/handoff/render.ts';
import type { Message } from '../../src/core/session/message.ts';
import { corpusOf } from '../support/corpus.ts';

interface ToFind {
  /** The end of the file's path. */
  file: string;
  /** What a person said, by section. */
  said: Partial<Record<SectionTitle, string[]>>;
  /** Calls whose command still fails. */
  failing?: string[];
  /** The call that wrote the to-do list last, of which what is open has to be among the next steps. */
  todos?: string;
  /** Sections for which the conversation gives no reason. */
  without?: SectionTitle[];
}

const table: ToFind[] = [
  {
    file: 'entireio@cli__72__0c20f08988__0__full.jsonl',
    said: { 'Current Task': ['37c675ae', '961d43a1', 'a4340b43'], 'Key Decisions Made': ['20c74a67'] },
    failing: ['4bb885c9', '857ac1b6', 'fee578aa'],
  },
  { file: 'entireio@cli__7d__66f047ac98__0__full.jsonl', said: { 'Current Task': ['47fa8985', '6b2b9d30', '8a5c1de2'], 'Key Decisions Made': ['aea3a0be'] }, without: ['Debug/Error Context', 'Next Steps'] },
  { file: 'entireio@cli__fc__99c919b212__0__full.jsonl', said: { 'Current Task': ['62da0afe', 'b2307777', 'cdd7d593'], 'Key Decisions Made': ['7a4a2519'], 'Important Context': ['aad592d0'] }, failing: ['029f7665'] },
  { file: 'entirecontext__SN__01M0FWRPX72AX3CYC2HMV1W2SN__1__full.jsonl', said: { 'Current Task': ['1da794e9', 'eb960772', '5c6967a4'] } },
  { file: 'cb2e607c-c758-415a-8b45-c49e4631906a.jsonl', said: { 'Current Task': ['fef4fc87', '5dc876a5', '32a56e29'] }, without: ['Next Steps'] },
  { file: 'git-ai__tests__fixtures__example-claude-code.jsonl', said: { 'Current Task': ['43fb86de'] }, todos: 'bcd93357' },
];

describe('handoffs of real conversations, without a model', function () {
  this.timeout(60_000);
  const files = corpusOf('claude');
  const agent = new ClaudeCodeAgent({ userHome: '/nonexistent', env: {}, platform: 'linux' });

  for (const { file, said, failing = [], todos, without = [] } of table) {
    it(`say what one has to know of ${file.split('__').slice(0, 2).join(' ')}`, async function () {
      if (!files) {
        this.skip();
      }
      const found = files.filter(({ path }) => path.endsWith(file));
      assert.equal(found.length, 1);
      const { messages } = await agent.read(await readFile(found[0]!.path));
      const made = makeHandoff({ messages, device: { name: 'desktop' }, at: '2026-01-02T03:04:05.000Z', changedFiles: [] });
      const bodies = new Map(made.sections.map(({ title, body }) => [title, plain(body)]));
      const holds = (section: SectionTitle, words: string): void => assert.ok(bodies.get(section)?.includes(beginning(words)), `${section} lacks “${beginning(words)}”:\n${bodies.get(section) ?? ''}`);
      for (const [section, ids] of Object.entries(said)) {
        ids.forEach((id) => holds(section as SectionTitle, wordsOf(recordOf(messages, id))));
      }
      failing.forEach((id) => holds('Debug/Error Context', (inputOf(recordOf(messages, id)) as { command: string }).command));
      if (todos !== undefined) {
        const list = (inputOf(recordOf(messages, todos)) as { todos: { content: string; status: string }[] }).todos;
        const open = list.filter(({ status }) => status !== 'completed');
        assert.ok(open.length > 0);
        open.forEach(({ content }) => holds('Next Steps', content));
      }
      assert.deepEqual(without.filter((title) => bodies.has(title)), []);
      assert.match(renderHandoff(made), /without a language model/);
    });
  }
});

function recordOf(messages: readonly Message[], id: string): Message {
  const message = messages.find((one) => one.id?.startsWith(id));
  assert.ok(message, `the conversation has no record ${id}`);
  return message;
}

function wordsOf({ blocks }: Message): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function inputOf({ blocks }: Message): unknown {
  return blocks.find((block) => block.type === 'toolCall')?.input;
}

function plain(markdown: string): string {
  return markdown.replace(/^[>\s]+/gm, '').replace(/\\(?=[!-/:-@[-`{-~])/g, '').replace(/\s+/g, ' ');
}

function beginning(words: string): string {
  return plain(words).trim().slice(0, 40);
}
