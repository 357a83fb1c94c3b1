import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { claudeCode } from '../../agents/claudeCode/claudeProgram.ts';
import { codex } from '../../agents/codex/codexProgram.ts';
import { copilotCli } from '../../agents/copilotCli/copilotProgram.ts';
import { gemini } from '../../agents/gemini/geminiProgram.ts';
import { afterRun, readmeFile, type Row, rowsIn, withRows } from '../../agents/matrix.ts';
import { openCode } from '../../agents/openCode/openCodeProgram.ts';
import { qwenCode } from '../../agents/qwenCode/qwenProgram.ts';

describe('the README’s table of agents', () => {
  const readme = readFileSync(readmeFile, 'utf8');
  const rows: Row[] = [{ id: 'claude-code', version: '1.0', facts: { read: '✔', parted: 'joined in one' } }, { id: 'codex', version: '2.0', facts: {} }];

  it('names the agents and versions whose behaviour the tests state, and shows each of them read and resumed', () => {
    const told = rowsIn(readme);
    assert.deepEqual(told.map(({ id, version }) => [id, version]).sort(), [claudeCode, codex, copilotCli, gemini, openCode, qwenCode].map(({ id, version }) => [id, version]).sort());
    assert.deepEqual(told.filter(({ facts }) => facts.read === undefined || facts.resumed === undefined), []);
  });

  it('reads back as it was written, wherever in the document', () => {
    const written = withRows(readme, rows);
    assert.deepEqual(rowsIn(written), rows);
    assert.equal(withRows(written, rowsIn(readme)), readme);
  });

  it('says of an agent what a run has shown, and nothing that the run was to show and did not, or another version showed', () => {
    const run = { agent: { id: 'claude-code', version: '1.0' }, attempted: ['parted', 'typed'] as const, shown: { typed: '✔' } };
    assert.deepEqual(afterRun(rows, [run]), [rows[1], { id: 'claude-code', version: '1.0', facts: { read: '✔', typed: '✔' } }]);
    assert.deepEqual(afterRun(rows, [{ ...run, agent: { id: 'claude-code', version: '1.1' } }]).at(-1)?.facts, { typed: '✔' });
  });
});
