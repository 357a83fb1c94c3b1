import assert from 'node:assert/strict';

import fc from 'fast-check';

import { workspaceFields, writtenValue } from '../../../../../src/core/agents/copilotCli/workspaceFile.ts';

describe('the workspace file of Copilot CLI', () => {
  const cases: [written: string, value: string | undefined][] = [
    ['/home/ada/work/pizza shop', '/home/ada/work/pizza shop'],
    ["'/w/a: b #c'", '/w/a: b #c'],
    ["'it''s'", "it's"],
    ['"/w/tab\\tx \\"q\\""', '/w/tab\tx "q"'],
    ['|-\n  /w/two\n  lines', '/w/two\nlines'],
    ['🍕 \'q\' "d"', '🍕 \'q\' "d"'],
    ["'torn", undefined],
    ['"torn', undefined],
    ['[a, b]', undefined],
    ['', undefined],
  ];
  for (const [written, value] of cases) {
    it(`reads ${JSON.stringify(written)} between other fields, and knows where it stands`, () => {
      const text = `id: one\ncwd: ${written}\nuser_named: false\n`;
      const fields = workspaceFields(text);
      const field = fields.find(({ name }) => name === 'cwd');
      assert.equal(field?.value, value);
      assert.equal(field && text.slice(field.from, field.to), value === undefined ? undefined : written);
      assert.deepEqual(fields.map(({ name }) => name).filter((name) => name !== 'cwd'), ['id', 'user_named']);
    });
  }

  it('writes a path as the program does', () => {
    assert.equal(writtenValue('/home/ada/pizza shop'), '/home/ada/pizza shop');
    assert.equal(writtenValue('0b5e2f0e-1111-4222-8333-444444444444'), '0b5e2f0e-1111-4222-8333-444444444444');
    assert.equal(writtenValue('/w/a: b'), '"/w/a: b"');
    assert.equal(writtenValue('C:\\w'), '"C:\\\\w"');
    assert.equal(writtenValue('true'), '"true"');
  });

  it('reads back whatever it writes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => {
      assert.equal(workspaceFields(`cwd: ${writtenValue(`/${value}`)}\n`)[0]?.value, `/${value}`);
    }), { examples: [['a '], ['a\u2028b'], ['a\rb'], ['\u0085']] });
  });
});
