import assert from 'node:assert/strict';
import { askCommand as claudeCode } from '../../../../src/core/agents/claudeCode/askCommand.ts';
import { askCommand as openCode } from '../../../../src/core/agents/openCode/askCommand.ts';
import { askCommand as qwenCode } from '../../../../src/core/agents/qwenCode/askCommand.ts';

const claude = { type: 'result', is_error: false, result: 'An answer.' };
const qwen = [{ type: 'system', subtype: 'init', tools: [] as string[] }, { type: 'assistant', message: {} }, claude];
const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
const text = (said: string): object => ({ type: 'text', part: { type: 'text', text: said } });

describe('the answer of a program that was asked one question', () => {
  const cases: [what: string, command: Pick<typeof claudeCode, 'answerIn'>, printed: string, answer: string | undefined][] = [
    ['of Claude Code is its result', claudeCode, JSON.stringify(claude), 'An answer.'],
    ['of Claude Code is none where it failed', claudeCode, JSON.stringify({ ...claude, is_error: true }), undefined],
    ['of Claude Code is none where it printed something else', claudeCode, 'Not logged in', undefined],
    ['of Qwen Code is its result', qwenCode, JSON.stringify(qwen), 'An answer.'],
    ['of Qwen Code is none where a tool was at hand', qwenCode, JSON.stringify([{ ...qwen[0], tools: ['new_tool'] }, ...qwen.slice(1)]), undefined],
    ['of Qwen Code is none where it failed', qwenCode, JSON.stringify([qwen[0], { ...claude, is_error: true }]), undefined],
    ['of Qwen Code is none where it printed something else', qwenCode, '', undefined],
    ['of OpenCode is all of its texts', openCode('opencode'), lines({ type: 'step_start' }, text('One.'), text('Two.'), { type: 'step_finish' }), 'One.\nTwo.'],
    ['of OpenCode is none where it failed', openCode('opencode'), lines(text('One.'), { type: 'error', error: {} }), undefined],
    ['of OpenCode is none where it said nothing', openCode('opencode'), 'garbage\n', undefined],
  ];
  for (const [what, command, printed, answer] of cases) {
    it(what, () => assert.equal(command.answerIn(printed), answer));
  }
});
