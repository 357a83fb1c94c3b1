import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escaped, html, Markup } from '../../../src/wording/html/markup.ts';
import { markdown } from '../../../src/wording/html/markdown.ts';

const hostile = fc.array(fc.constantFrom('<', '>', '"', "'", '&', '`', '```', '\n', '\n\n', '<script>', '</style>', '<img src=x onerror=x>', 'javascript:x', '[a](', ')', '![b](', '|', '|-|', '# ', '- ', '    ', 'https://x.example/', '\0', '\ud800', 'a')).map((parts) => parts.join(''));

describe('markup', () => {
  it('takes text for text, and markup for markup', () => {
    assert.equal(html`<p title="${'"<&\'>'}">${'<b>'}${html`<i>${1}</i>`}${undefined}${['<', new Markup('<br>')]}</p>`.source, '<p title="&#34;&#60;&#38;&#39;&#62;">&#60;b&#62;<i>1</i>&#60;<br></p>');
  });

  it('shows what no document may hold as the sign for it', () => {
    assert.equal(escaped('a\0b\u001b[2Jc\ud800\n\t'), 'a\ufffdb\ufffd[2Jc\ufffd\n\t');
  });
});

describe('Markdown as markup', () => {
  it('has no tags but its own, and no links but to the web', () => {
    const tags = new Set(['div', 'p', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'pre', 'code', 'bdi', 'blockquote', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'span', 'em', 'strong', 's', 'br', 'hr']);
    fc.assert(fc.property(hostile, (text) => {
      const { source } = markdown(text, 3);
      for (const [, tag = '', attributes = ''] of source.matchAll(/<\/?([a-z0-9]*)([^>]*)>/g)) {
        assert.ok(tags.has(tag), tag);
        assert.match(attributes, /^(?: (?:dir="(?:auto|ltr)"|class="[a-z-]+"|start="\d+"|href="https?:\/\/[^"<>]*"|title="[^"<>]*"))* ?\/?$/);
      }
    }), { numRuns: 1000 });
  });

  it('has no link to nowhere', () => {
    assert.equal(markdown('[a]() [b](file:///etc/passwd) [c](//x.example)', 3).source, '<div class="markdown"><p dir="auto"><a>a</a> [b](file:///etc/passwd) [c](//x.example)</p>\n</div>');
  });

  it('keeps lines as lines', () => {
    assert.equal(markdown('**Commit:** a1b2c3d\n**Branch:** main', 3).source, '<div class="markdown"><p dir="auto"><strong>Commit:</strong> a1b2c3d<br>\n<strong>Branch:</strong> main</p>\n</div>');
  });

  it('puts its headings below the heading above, and directs each paragraph by its own text', () => {
    assert.equal(markdown('# שלום\n\n> a', 3).source, '<div class="markdown"><h4 dir="auto">שלום</h4>\n<blockquote dir="auto">\n<p dir="auto">a</p>\n</blockquote>\n</div>');
  });
});
