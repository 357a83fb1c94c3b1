import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { line, quoted, withoutLinks } from '../../../src/vscode/chat/strangersText.ts';

const markdown = new MarkdownIt({ html: true, linkify: true });
const hostile = ['[Free](command:workbench.action.quit)', '![x](https://evil.example/x.png)', '<img src=x onerror=alert(1)>', 'https://evil.example', '$(trash)', '**bold** _it_ `code` ~~no~~', '# Title', '- item', '1. item', '> quote', '| a | b |', '&amp;', '\\[x](y)', '[x]: command:quit'];

describe('what others wrote, in the chat', () => {
  for (const text of hostile) {
    it(`says ${text}, and is nothing else`, () => {
      const rendered = markdown.render(`- **${line(text)}**`);
      assert.equal(rendered.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&').trim(), `<ul>\n<li><strong>${text}</strong></li>\n</ul>`);
    });
  }

  it('stays a quotation, whatever it holds, and says each of its lines', () => {
    const marks = fc.constantFrom('`', '```', '\n', '\n\n', '~~~', '    ', 'a', '[x](command:quit)', '<b>', '---', '> ', '1. ', '# ', '| ', '\\', '&lt;');
    fc.assert(fc.property(fc.array(marks, { maxLength: 40 }), (parts) => {
      const text = parts.join('').trim();
      const tokens = markdown.parse(`Before\n\n${quoted(text)}\n\nAfter`, {});
      const kinds = new Set(tokens.map(({ type }) => type));
      assert.deepEqual([...kinds].filter((type) => !/^(inline|paragraph|blockquote)/.test(type)), []);
      const inline = tokens.flatMap(({ children }) => children ?? []);
      assert.deepEqual(inline.filter(({ type }) => !/^(text|text_special|softbreak|hardbreak|strong_open|strong_close)$/.test(type)).map(({ type }) => type), []);
    }));
    assert.equal(markdown.render(quoted('## Task\n\n- [x] `a`\n  - <b>')).replace(/\n/g, ''), '<blockquote><p><strong>Task</strong></p><p>- [x] `a`<br>\u00a0\u00a0- &lt;b&gt;</p></blockquote>');
  });

  it('has no link or image left in what a model made of it', () => {
    const answer = withoutLinks(['[Free](command:quit) ![x](https://evil.example/x.png) <command:quit> [a][b]', '', '[b]: command:quit', '', '- **kept** `code`'].join('\n'));
    const rendered = new MarkdownIt().render(answer);
    assert.doesNotMatch(rendered, /<a |<img /);
    assert.match(rendered, /<strong>kept<\/strong> <code>code<\/code>/);
  });
});
