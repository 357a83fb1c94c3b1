import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareHandoffs } from '../../../../../src/core/session/handoff/compare.ts';
import type { ComparedSection } from '../../../../../src/core/session/handoff/compare.ts';
import { parseHandoff } from '../../../../../src/core/session/handoff/parse.ts';
import { searchHandoff } from '../../../../../src/core/session/handoff/search.ts';

const compared = (older: string, newer: string): ComparedSection[] => compareHandoffs(parseHandoff(older), parseHandoff(newer));

describe('two handoffs side by side', () => {
  it('show what was done, what came and what is gone, section by section', () => {
    const older = '# Handoff from desktop\n\n## Next Steps\n\n1. Parse\n2. Test\n\n## Open Questions\n\n- Redis?';
    const newer = '# Handoff from laptop\n\n## Progress So Far\n\n- [x] Parse\n\n## next steps\n\n2. Test\n3. Ship';
    assert.deepEqual(compared(older, newer), [
      { title: 'Progress So Far', change: 'added', lines: [{ change: 'added', text: '- [x] Parse' }] },
      { title: 'next steps', change: 'changed', lines: [{ change: 'removed', text: '1. Parse' }, { change: 'same', text: '2. Test' }, { change: 'added', text: '3. Ship' }] },
      { title: 'Open Questions', change: 'removed', lines: [{ change: 'removed', text: '- Redis?' }] },
    ]);
  });

  it('are the same where only who left it and when differ', () => {
    const [section] = compared('# Handoff from a\n**Commit:** one\n\n## Current Task\n\nx', '# Handoff from b\n**Commit:** two\n\n## Current Task\n\nx');
    assert.equal(section?.change, 'same');
  });

  it('lose and invent no line, whatever they hold', () => {
    const body = fc.array(fc.constantFrom('a', 'b', 'c', '- x'), { maxLength: 12 });
    fc.assert(fc.property(body, body, (before, after) => {
      const [section] = compareHandoffs({ sections: [{ title: 'S', body: before.join('\n') }] }, { sections: [{ title: 'S', body: after.join('\n') }] });
      const side = (gone: string): string[] => section!.lines.filter(({ change }) => change !== gone).map(({ text }) => text);
      assert.deepEqual(side('added'), before);
      assert.deepEqual(side('removed'), after);
    }));
  });

  it('are told apart in a moment, also when they are huge', () => {
    const lines = (mark: string): string => Array.from({ length: 20_000 }, (_, index) => `${mark}${index}`).join('\n');
    const [section] = compareHandoffs({ sections: [{ title: '', body: lines('a') }] }, { sections: [{ title: '', body: lines('b') }] });
    assert.equal(section?.lines.length, 40_000);
  });
});

describe('a search through handoffs', () => {
  const handoff = '# Handoff from desktop\n\n## Current Task\n\n> Fix the LOGIN page\n\n## Next Steps\n\n1. Ship the page\n';

  it('finds all words in any case and order, with the lines that say why', () => {
    assert.deepEqual(searchHandoff(handoff, ['page', 'Login']), [{ section: 'Current Task', line: '> Fix the LOGIN page' }, { section: 'Next Steps', line: '1. Ship the page' }]);
  });

  it('finds the device that left it too, and nothing that lacks a word', () => {
    assert.deepEqual(searchHandoff(handoff, ['desktop']), []);
    assert.equal(searchHandoff(handoff, ['login', 'pizza']), undefined);
  });
});
