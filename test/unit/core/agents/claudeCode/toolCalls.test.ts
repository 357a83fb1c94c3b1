import assert from 'node:assert/strict';

import fc from 'fast-check';

import { toolSummary, toolWrites } from '../../../../../src/core/agents/claudeCode/toolCalls.ts';

describe('a tool call', () => {
  const cases: [name: string, input: unknown, summary: string, writes?: string[]][] = [
    ['Bash', { command: 'npm test\nnpm run lint', description: 'Run tests' }, 'npm test'],
    ['Read', { file_path: '/w/a.ts', offset: 1 }, '/w/a.ts'],
    ['Edit', { file_path: '/w/a.ts', old_string: 'x', new_string: 'y' }, '/w/a.ts', ['/w/a.ts']],
    ['MultiEdit', { file_path: 'C:\\w\\a.ts', edits: [] }, 'C:\\w\\a.ts', ['C:\\w\\a.ts']],
    ['Write', { content: 'x', file_path: '/w/b.ts' }, '/w/b.ts', ['/w/b.ts']],
    ['NotebookEdit', { notebook_path: '/w/n.ipynb', new_source: '1' }, '/w/n.ipynb', ['/w/n.ipynb']],
    ['Grep', { path: 'src', pattern: 'TODO' }, 'TODO'],
    ['Task', { prompt: 'Look at …', description: 'Review the parser', subagent_type: 'reviewer' }, 'Review the parser'],
    ['TodoWrite', { todos: [{ status: 'completed' }, { status: 'pending' }, null] }, '1/3'],
    ['TaskUpdate', { taskId: '4', status: 'completed' }, '4 completed'],
    ['mcp__server__ask', { limit: 3, question: 'why?' }, 'why?'],
    ['Bash', { command: '' }, ''],
    ['Write', { file_path: 5 }, ''],
    ['constructor', null, ''],
    ['__proto__', ['x'], ''],
  ];
  for (const [name, input, summary, writes = []] of cases) {
    it(`of ${name} with ${JSON.stringify(input)} says "${summary}" and writes [${writes.join()}]`, () => {
      assert.equal(toolSummary(name, input), summary);
      assert.deepEqual(toolWrites(name, input), writes);
    });
  }

  it('is always one line of at most 200 characters', () => {
    const anyName = fc.oneof(fc.constantFrom('Bash', 'Edit', 'TodoWrite', 'TaskUpdate', 'valueOf'), fc.string({ maxLength: 10 }));
    const anyValue = fc.oneof(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '🍕', '\ud800', '\u2028'), maxLength: 300 }), fc.jsonValue({ maxDepth: 2 }));
    const anyInput = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.record({ command: anyValue, file_path: anyValue, todos: anyValue, taskId: anyValue }, { requiredKeys: [] }));
    fc.assert(fc.property(anyName, anyInput, (name, input) => {
      const summary = toolSummary(name, input);
      assert.equal(/[\n\r]/.test(summary), false);
      assert.ok(Array.from(summary).length <= 200);
      assert.ok(summary.isWellFormed());
    }), { numRuns: 100 });
  });
});
