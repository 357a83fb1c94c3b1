import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Handoff } from '../../../../../src/core/session/handoff/handoff.ts';
import { parseHandoff } from '../../../../../src/core/session/handoff/parse.ts';
import { renderHandoff } from '../../../../../src/core/session/handoff/render.ts';

const full: Handoff = {
  device: { name: 'desktop' },
  at: '2026-03-04T05:06:07.000Z',
  commit: 'abc1234',
  branch: 'feature/oauth',
  madeBy: 'transcript',
  sections: [
    { title: 'Current Task', body: 'Refresh tokens.' },
    { title: 'Important Context', body: '- my favorite pizza is Margherita' },
  ],
};

/** Lines that a careless reader or writer of Markdown trips over. */
const awkwardLine = fc.constantFrom(
  '', '   ', '---', '***', '===', '# Top', '## Next Steps', '### Deep ###', '#', '## ', '```', '````', '```ts', '~~~', '- ```sh', '  ```', '    ~~~',
  '## Handoff from tablet', '# Handoff', '**Branch:** main', '**Timestamp:** yesterday', 'Commit: 12', '> ## quoted', '<!--', '\t', '\u2028', '\r', 'text', 'C #',
);
const awkwardText = fc.array(fc.oneof(awkwardLine, fc.string({ unit: 'grapheme' })), { maxLength: 12 }).map((lines) => lines.join('\n'));
const awkwardHandoff: fc.Arbitrary<Handoff> = fc.record({
  device: fc.record({ name: fc.oneof(awkwardLine, fc.string()) }),
  at: fc.date({ min: new Date('1970-01-01'), max: new Date('9999-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  commit: fc.oneof(awkwardLine, fc.string()),
  branch: fc.oneof(awkwardLine, fc.string()),
  madeBy: fc.constantFrom('transcript', 'agent', 'editor', 'person'),
  sections: fc.array(fc.record({ title: fc.oneof(awkwardLine, fc.string()), body: awkwardText }), { maxLength: 5 }),
}, { requiredKeys: ['sections'] });

describe('a handoff as Markdown', () => {
  it('says the same after a way there and back', () => {
    assert.deepEqual(parseHandoff(renderHandoff(full)), full);
    assert.deepEqual(parseHandoff(renderHandoff(full, 2)), full);
  });

  it('starts with who, when and where, and says when no model wrote it', () => {
    const [heading, ...metadata] = renderHandoff(full).split('\n').slice(0, 5);
    assert.equal(heading, '# Handoff from desktop');
    assert.deepEqual(metadata.slice(0, 3), ['**Timestamp:** 2026-03-04T05:06:07.000Z', '**Commit:** abc1234', '**Branch:** feature/oauth']);
    assert.match(metadata[3]!, /without a language model/);
  });

  it('never writes the id of a device, which must not enter a repository', () => {
    assert.doesNotMatch(renderHandoff({ ...full, device: { id: 'feedc0de', name: 'desktop' } }), /feedc0de/);
  });

  it('keeps rules, headings and fenced code inside the section they stand in', () => {
    const body = 'before\n\n---\n\n```md\n# not a heading\n---\n```\n\n### a detail\n\nafter';
    const read = parseHandoff(renderHandoff({ sections: [{ title: 'Current Task', body }, { title: 'Next Steps', body: '1. go on' }] }));
    assert.deepEqual(read.sections, [{ title: 'Current Task', body }, { title: 'Next Steps', body: '1. go on' }]);
  });

  it('moves a heading that would end its section below it, and closes a fence that would swallow the next', () => {
    const read = parseHandoff(renderHandoff({ sections: [{ title: 'A', body: '# loud\n```\ncode' }, { title: 'B', body: 'b' }] }));
    assert.deepEqual(read.sections, [{ title: 'A', body: '### loud\n```\ncode\n```' }, { title: 'B', body: 'b' }]);
  });

  it('does not lose the sections after a fence that a person left open', () => {
    assert.deepEqual(parseHandoff('# Handoff\n\n## A\n```\nopen\n\n## B\nb\n').sections, [{ title: 'A', body: '```\nopen' }, { title: 'B', body: 'b' }]);
  });

  it('sees the end of a fence that stands in a list', () => {
    const markdown = '# Handoff\n\n## A\n\n- ```sh\n  ## no heading\n  ```\n\n## B\n\n```\nx\n```\n';
    assert.deepEqual(parseHandoff(markdown).sections.map((section) => section.title), ['A', 'B']);
  });

  it('reads what a person wrote without any frame', () => {
    assert.deepEqual(parseHandoff('just a note\nfor later'), { sections: [{ title: '', body: 'just a note\nfor later' }] });
    assert.deepEqual(parseHandoff('## Wo ich stehe\n\nfast fertig'), { sections: [{ title: 'Wo ich stehe', body: 'fast fertig' }] });
    assert.deepEqual(parseHandoff(''), { sections: [] });
  });

  it('keeps a metadata line that it cannot read as text', () => {
    const read = parseHandoff('# Handoff from phone\n**Timestamp:** yesterday\n\n## A\n\na');
    assert.deepEqual(read, { device: { name: 'phone' }, sections: [{ title: '', body: '**Timestamp:** yesterday' }, { title: 'A', body: 'a' }] });
  });

  it('reads times with an offset or microseconds as UTC', () => {
    assert.equal(parseHandoff('# Handoff\n**Timestamp:** 2026-01-02T03:04:05+01:00').at, '2026-01-02T02:04:05.000Z');
    assert.equal(parseHandoff('# Handoff\r\n**Timestamp:** 2026-01-02T03:04:05.123456Z\r\n').at, '2026-01-02T03:04:05.123Z');
  });

  it('reads any text without throwing, and settles it by rendering it once', () => {
    fc.assert(fc.property(fc.oneof(awkwardText, fc.string({ unit: 'binary' })), (text) => {
      const settled = renderHandoff(parseHandoff(text));
      assert.equal(renderHandoff(parseHandoff(settled)), settled);
    }), { numRuns: 200 });
  });

  it('renders any handoff so that rendering what was read gives the same text and as many sections', () => {
    fc.assert(fc.property(awkwardHandoff, (handoff) => {
      const text = renderHandoff(handoff);
      const read = parseHandoff(text);
      assert.equal(renderHandoff(read), text);
      const titles = (of: Handoff): number => of.sections.filter((section) => /[^\s#]/u.test(section.title)).length;
      assert.equal(titles(read), titles(handoff));
    }), { numRuns: 200 });
  });

  // Each fence looked for among all the others would take minutes.
  it('reads a megabyte of fences in one pass', () => {
    assert.ok(parseHandoff('```\n'.repeat(250_000)));
    assert.ok(parseHandoff('~~~~x\n```x\n'.repeat(100_000)));
  }).timeout(20_000);
});
