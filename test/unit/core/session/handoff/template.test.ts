import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sectionTitles } from '../../../../../src/core/session/handoff/handoff.ts';
import type { TemplateProblem } from '../../../../../src/core/session/handoff/readTemplate.ts';
import { templateFromMarkdown, templateFromSetting } from '../../../../../src/core/session/handoff/readTemplate.ts';
import { arrangeSections } from '../../../../../src/core/session/handoff/template.ts';

describe('a handoff template', () => {
  it('is read from a file that people can read, with what a model needs to know', () => {
    const file = '# Our handoffs\n\n**Language:** Deutsch\n\n## Aufgabe <!-- current task -->\n\n## next steps\n\n## Risiken\nWas schiefgehen kann.\n\n```\n## no heading\n```\n';
    assert.deepEqual(templateFromMarkdown(file), {
      template: {
        language: 'Deutsch',
        sections: [{ heading: 'Aufgabe', standard: 'Current Task' }, { heading: 'next steps', standard: 'Next Steps' }, { heading: 'Risiken', about: 'Was schiefgehen kann.\n\n```\n## no heading\n```' }],
      },
    });
  });

  it('is read from settings, where a heading alone is enough', () => {
    assert.deepEqual(templateFromSetting({ sections: ['Next Steps', { heading: 'Fragen', section: 'Open Questions', about: 'offene' }] }), {
      template: { sections: [{ heading: 'Next Steps', standard: 'Next Steps' }, { heading: 'Fragen', standard: 'Open Questions', about: 'offene' }] },
    });
    const spoken = templateFromSetting({ language: 'français' });
    assert.ok(spoken && 'template' in spoken);
    assert.deepEqual([spoken.template.language, spoken.template.sections.length], ['français', sectionTitles.length]);
    assert.deepEqual([undefined, null, {}].map(templateFromSetting), [undefined, undefined, undefined]);
  });

  const bad: [what: string, template: string, problem: TemplateProblem][] = [
    ['no section', 'Just text', { kind: 'no-sections', about: '' }],
    ['a standard section that there is not', '## Aufgabe <!-- Currant Task -->', { kind: 'unknown-section', about: 'Currant Task' }],
    ['a heading twice', '## Notes\n\n## notes', { kind: 'twice', about: 'notes' }],
    ['a standard section twice', '## Next Steps\n\n## Weiter <!-- Next Steps -->', { kind: 'twice', about: 'Weiter' }],
    ['too many sections', Array.from({ length: 41 }, (_, index) => `## ${index}`).join('\n'), { kind: 'too-many', about: '40' }],
    ['a book below a heading', `## Notes\n${'x'.repeat(601)}`, { kind: 'too-long', about: 'Notes' }],
  ];
  for (const [what, template, problem] of bad) {
    it(`says what is wrong with ${what}`, () => assert.deepEqual(templateFromMarkdown(template), { problem }));
  }

  it('says where a setting cannot be read', () => {
    assert.deepEqual(templateFromSetting({ sections: 'all' }), { problem: { kind: 'unreadable', about: 'sections' } });
    assert.deepEqual(templateFromSetting([1]), { problem: { kind: 'unreadable', about: '' } });
  });

  it('is read from anything without throwing', () => {
    fc.assert(fc.property(fc.anything(), fc.string(), (value, text) => {
      templateFromSetting(value);
      assert.ok(templateFromMarkdown(text));
    }));
  });

  it('puts what is known under its headings and in its order, and leaves out the rest', () => {
    const known = [{ title: 'Current Task', body: 'a' }, { title: 'Next Steps', body: 'b' }, { title: 'Open Questions', body: 'c' }];
    assert.deepEqual(arrangeSections(known, { sections: [{ heading: 'Weiter', standard: 'Next Steps' }, { heading: 'Risiken' }, { heading: 'Aufgabe', standard: 'Current Task' }] }), [{ title: 'Weiter', body: 'b' }, { title: 'Aufgabe', body: 'a' }]);
  });
});
