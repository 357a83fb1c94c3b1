import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import { renderColumns } from '../../../src/cli/terminal/columns.ts';
import { renderProgress } from '../../../src/cli/terminal/progressLine.ts';
import { quoteCommand, quoteWord } from '../../../src/cli/terminal/quote.ts';
import { safeCopy, safeText } from '../../../src/cli/terminal/safeText.ts';
import { fit, widthOf } from '../../../src/cli/terminal/width.ts';
import { look } from './samples.ts';

const same = (text: string): string => text;

describe('texts of other machines', () => {
  it('cannot steer the terminal', () => {
    assert.equal(safeText('red \u001b[31malert\u001b[0m'), 'red alert');
    assert.equal(safeText('title \u001b]0;owned\u0007end'), 'title end');
    assert.equal(safeText('over\rwritten \u0008\u009b2J\u202egnp'), 'overwritten gnp');
  });

  it('keep their words, lines and scripts', () => {
    const text = 'Menü 🍕\n\tمرحبا 你好';
    assert.equal(safeText(text), text);
  });

  it('never let an escape through, whatever they are', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(safeText(text), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }));
  });

  it('are made safe at any depth, errors included, and the original stays', () => {
    const original = { list: [{ name: 'a\u001b[1mb' }], error: new ConvoSyncError('git-failed', 'x\u0007', { details: { stderr: '\u001b[2Jgone' } }), at: new Date(0), missing: undefined };
    const copy = safeCopy(original);
    assert.equal(copy.list[0]?.name, 'ab');
    assert.ok(ConvoSyncError.is(copy.error, 'git-failed'));
    assert.equal(copy.error.details['stderr'], 'gone');
    assert.equal(copy.at, original.at);
    assert.equal(original.list[0]?.name, 'a\u001b[1mb');
  });
});

describe('fit', () => {
  const cases: [text: string, columns: number, fitted: string][] = [
    ['short', 10, 'short'],
    ['exactly10!', 10, 'exactly10!'],
    ['somewhat longer', 10, 'somewhat …'],
    ['two\nlines  and\ttabs', 30, 'two lines and tabs'],
    ['你好世界', 8, '你好世界'],
    ['你好世界', 7, '你好世…'],
    ['你好世界', 6, '你好…'],
    ['🍕🍕🍕', 5, '🍕🍕…'],
    ['e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['anything', Infinity, 'anything'],
  ];
  for (const [text, columns, fitted] of cases) {
    it(`puts ${JSON.stringify(text)} into ${columns} cells`, () => assert.equal(fit(text, columns), fitted));
  }

  it('never takes more cells than there are', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      assert.ok(widthOf(fit(text, columns)) <= columns);
    }));
  });
});

describe('columns', () => {
  const columns = [{ heading: 'ID' }, { heading: 'N', align: 'right' as const }, { heading: 'TITLE', atLeast: 6 }];

  it('are as wide as their longest cell, and end without blanks', () => {
    assert.deepEqual(renderColumns(columns, [['a1', '5', 'One'], ['b22', '12', '你好']], Infinity, same), [
      'ID    N  TITLE',
      'a1    5  One',
      'b22  12  你好',
    ]);
  });

  it('cut the widest that may shrink, to the width of the terminal', () => {
    const lines = renderColumns(columns, [['a1', '5', 'A title that is far too long for this']], 20, same);
    assert.deepEqual(lines, ['ID  N  TITLE', 'a1  5  A title that…']);
    assert.ok(lines.every((line) => widthOf(line) <= 20));
  });

  it('keep a minimum where the terminal is narrower than can be', () => {
    assert.deepEqual(renderColumns(columns, [['a1', '5', 'A long title']], 8, same)[1], 'a1  5  A lon…');
  });
});

describe('commands to paste', () => {
  it('are quoted for a POSIX shell', () => {
    const words: [string, string][] = [
      ['plain-word_1.2', 'plain-word_1.2'],
      ['two words', "'two words'"],
      ["it's", "'it'\\''s'"],
      ['$(rm -rf ~)', "'$(rm -rf ~)'"],
      ['', "''"],
      ['~', "'~'"],
      ['a;b', "'a;b'"],
    ];
    assert.deepEqual(words.map(([word]) => quoteWord(word, 'linux')), words.map(([, quoted]) => quoted));
  });

  it('go to the folder first, unless one is there', () => {
    const command = { argv: ['claude', '--resume', '1234'], folder: '/home/ada/pizza shop' };
    assert.equal(quoteCommand(command, 'linux', '/home/ada'), "cd '/home/ada/pizza shop' && claude --resume 1234");
    assert.equal(quoteCommand(command, 'linux', '/home/ada/pizza shop'), 'claude --resume 1234');
    assert.equal(quoteCommand({ ...command, folder: 'C:\\Users\\Ada\\pizza shop' }, 'win32', 'C:\\'), 'cd "C:\\Users\\Ada\\pizza shop" && claude --resume 1234');
  });
});

describe('the progress line', () => {
  it('has a bar once the total is known', () => {
    assert.equal(renderProgress({ phase: 'publish', done: 1, total: 2 }, look(80)), 'Sending… 50%  ████████████░░░░░░░░░░░░');
    assert.equal(renderProgress({ phase: 'publish' }, look(80)), 'Sending…');
  });

  it('never wraps', () => {
    fc.assert(fc.property(fc.integer({ min: 5, max: 120 }), fc.nat(), fc.nat(), (columns, done, total) => {
      assert.ok(widthOf(renderProgress({ phase: 'conversation', done, total }, look(columns))) < columns);
    }));
  });
});
