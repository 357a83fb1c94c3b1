/**
 * Markdown as markup. What it says in HTML is shown as text, links go to http and https alone, and an image is named: nothing is
 * ever fetched for it.
 */
import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { t } from '../../l10n/language.ts';
import { escaped, Markup } from './markup.ts';

// A line stays a line, as on the session page: a handoff's head is one fact a line.
const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = leadsToTheWeb;
parser.renderer.rules['image'] = (tokens, index) => `<span class="image-name">${escaped(t`[image: ${tokens[index]?.content ?? ''}]`)}</span>`;
parser.renderer.rules['fence'] = parser.renderer.rules['code_block'] = (tokens, index) => `<pre dir="ltr"><code>${escaped((tokens[index]?.content ?? '').replace(/\n$/, ''))}</code></pre>`;
parser.renderer.rules['code_inline'] = (tokens, index) => `<code><bdi>${escaped(tokens[index]?.content ?? '')}</bdi></code>`;
parser.renderer.rules['text'] = (tokens, index) => escaped(tokens[index]?.content ?? '');

const directed = new Set(['p', 'ul', 'ol', 'li', 'blockquote', 'table', 'th', 'td', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** @param level of the heading above: the text’s own come below it */
export function markdown(text: string, level: number): Markup {
  const tokens = parser.parse(text, {});
  for (const token of tokens.filter(({ nesting }) => nesting !== 0)) {
    settle(token, level);
  }
  // The parser asks nobody about a link to nowhere.
  for (const link of tokens.flatMap(({ children }) => children ?? []).filter((token) => token.type === 'link_open' && !leadsToTheWeb(String(token.attrGet('href') ?? '')))) {
    link.attrs = null;
  }
  return new Markup(`<div class="markdown">${parser.renderer.render(tokens, parser.options, {})}</div>`);
}

function settle(token: Token, level: number): void {
  if (token.nesting === 1 && directed.has(token.tag)) {
    token.attrSet('dir', 'auto');
  }
  if (/^h[1-6]$/.test(token.tag)) {
    token.tag = `h${Math.min(6, level + Number(token.tag.slice(1)))}`;
  }
  // The document's policy takes no styles in markup.
  const align = /text-align:(right|center)/.exec(String(token.attrGet('style') ?? ''))?.[1];
  token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
  if (align !== undefined) {
    token.attrSet('class', align);
  }
}

function leadsToTheWeb(address: string): boolean {
  return /^https?:\/\//i.test(address.trim());
}
