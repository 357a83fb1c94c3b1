import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { parseQuery } from '../../../../../src/core/session/search/query.ts';
import { snippet } from '../../../../../src/core/session/search/snippet.ts';
import { segmented } from '../../../../../src/core/session/search/words.ts';

describe('what a person types to search', () => {
  let database: DatabaseSync;
  before(() => {
    database = new DatabaseSync(':memory:');
    database.exec('CREATE VIRTUAL TABLE words USING fts5(text, content=\'\', columnsize=0, tokenize="unicode61 remove_diacritics 2")');
  });
  beforeEach(() => database.exec('INSERT INTO words (words) VALUES (\'delete-all\')'));
  after(() => database.close());

  const finds = (text: string, typed: string): boolean => {
    database.exec('INSERT INTO words (words) VALUES (\'delete-all\')');
    database.prepare('INSERT INTO words (rowid, text) VALUES (1, ?)').run(segmented(text));
    const query = parseQuery(typed);
    return query !== undefined && database.prepare('SELECT rowid FROM words WHERE words MATCH ?').all(query.match).length > 0;
  };

  const cases: [text: string, typed: string, isFound: boolean][] = [
    ['The login page is slow', 'login page', true],
    ['The login page is slow', 'page login', true],
    ['The login page is slow', 'login shop', false],
    ['The login page is slow', 'page sl', true],
    ['The login page is slow', 'pa slow', false],
    ['The login page is slow', '"login page"', true],
    ['The login page is slow', '"page login"', false],
    ['The login page is slow', '"login pa"', false],
    ['The login page is slow', '"login page', true],
    ['The login page is slow', 'LOGIN', true],
    ['Die Straße ist über', 'UBER strasse', false],
    ['Die Straße ist über', 'UBER straße', true],
    ['Cafe\u0301 crème', 'café creme', true],
    ['src/core/parse_handoff.ts', 'parse_handoff', true],
    ['src/core/parse_handoff.ts', 'handoff.ts', true],
    ['const a = b && c();', 'a && b', true],
    ['部署到生产环境', '生产', true],
    ['部署到生产环境', '环产', false],
    ['한국어 텍스트', '한국', true],
    ['NEAR the end', 'NEAR(', true],
    ['not AND nor OR', 'AND OR', true],
    ['a:b', 'text:a', false],
    ['x^2 * y', 'x^2 *', true],
    ['The login page is slow', 'login s', false],
  ];
  for (const [text, typed, isFound] of cases) {
    it(`${isFound ? 'finds' : 'does not find'} “${text}” with ${typed}`, () => assert.equal(finds(text, typed), isFound));
  }

  it('is nothing without a word', () => {
    for (const typed of ['', '  ', '"', '""', '* + -', '"()" ^']) {
      assert.equal(parseQuery(typed), undefined, typed);
    }
  });

  it('is understood by FTS5 whatever it is', () => {
    const nasty = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.array(fc.constantFrom('"', '\'', '*', '^', ':', '(', ')', '{', '}', '+', '-', 'AND', 'OR', 'NOT', 'NEAR', 'text', 'a', ' ', '\0', '\ud800')).map((parts) => parts.join('')));
    fc.assert(fc.property(nasty, (typed) => {
      const query = parseQuery(typed);
      if (query) {
        database.prepare('SELECT rowid FROM words WHERE words MATCH ?').all(query.match);
      }
    }), { numRuns: 2_000 });
  });

  it('finds every text by each word that stands in it', () => {
    const word = fc.stringMatching(/^[a-zA-Zäöüéèñçøå0-9]{1,12}$/);
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(), (words, which) => finds(words.join(' '), words[which % words.length] ?? '')));
  });
});

describe('a snippet', () => {
  const shown = (text: string, typed: string): string => snippet(text, parseQuery(typed)?.terms ?? []).map((part) => (part.isFound ? `[${part.text}]` : part.text)).join('');

  it('marks what was found, as it is written', () => {
    assert.equal(shown('The Login\n\tpage of the Café', '"login page" caf'), 'The [Login page] of the [Café]');
  });

  it('is the words around the first place of a long text', () => {
    const text = shown(`${'before '.repeat(1000)}needle${' after'.repeat(1000)}`, 'needle');
    assert.match(text, /^…before .*\[needle\] after.*…$/);
    assert.ok(text.length < 300);
  });

  it('marks a word of a script without spaces', () => assert.equal(shown('部署到生产环境', '"生产"'), '部署到[生产]环境'));

  it('holds nothing but the text, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ maxLength: 5 }), (text, typed) => {
      const parts = snippet(text, parseQuery(typed)?.terms ?? []).map((part) => part.text).join('');
      const words = parts.replace(/^…|…$/g, '');
      assert.ok(text.replace(/\s+/gu, ' ').includes(words.replace(/\s+/gu, ' ')) || text.includes('…'));
    }));
  });
});
