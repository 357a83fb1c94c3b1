/**
 * Markdown as elements, never as HTML text: the tokens of markdown-it become nodes here, so a conversation cannot
 * bring markup of its own. Links go to http and https only, anything else is shown as its words; images are named,
 * never loaded.
 */
import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { createElement } from 'preact';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import { CopyButton } from './copyButton.tsx';
import { Icon } from './icon.tsx';

const parser = new MarkdownIt({ html: false, linkify: true });
parser.validateLink = () => true;
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

const blockTags = new Set(['p', 'ul', 'ol', 'li', 'blockquote', 'table', 'thead', 'tbody', 'tr', 'th', 'td']);
const inlineTags = new Set(['strong', 'em', 's']);

/** @param level of the surrounding heading: the text's own headings come below it */
export function Markdown({ text, level }: { text: string; level: number }) {
  const nodes = useMemo(() => nodesOf(parser.parse(text, {}), level), [text, level]);
  return <div class="markdown">{nodes}</div>;
}

function nodesOf(tokens: readonly Token[], level: number): ComponentChildren[] {
  const top: ComponentChildren[] = [];
  const stack: { token: Token; children: ComponentChildren[] }[] = [];
  for (const token of tokens) {
    const children = stack.at(-1)?.children ?? top;
    if (token.nesting === 1) {
      stack.push({ token, children: [] });
    } else if (token.nesting === -1) {
      const open = stack.pop();
      (stack.at(-1)?.children ?? top).push(open === undefined ? null : element(open.token, open.children, level));
    } else {
      children.push(stack.at(-2)?.token.type === 'list_item_open' && token.type === 'inline' ? listed(token, level) : leaf(token, level));
    }
  }
  return top;
}

function element(token: Token, children: ComponentChildren[], level: number): ComponentChildren {
  if (token.hidden) return children;
  if (token.type === 'heading_open') {
    return createElement(`h${Math.min(6, level + Number(token.tag.slice(1)))}`, { dir: 'auto' }, children);
  }
  if (token.type === 'link_open') return link(String(token.attrGet('href') ?? ''), children);
  if (inlineTags.has(token.tag)) return createElement(token.tag, null, children);
  if (!blockTags.has(token.tag)) return children;
  if (token.tag === 'table') return <div class="table" tabIndex={0} role="group" aria-label={t`Table`}><table>{children}</table></div>;
  const align = /text-align:(right|center)/.exec(String(token.attrGet('style') ?? ''))?.[1];
  const start = token.tag === 'ol' ? token.attrGet('start') : null;
  return createElement(token.tag, { dir: 'auto', ...(align && { class: align }), ...(start !== null && { start: Number(start) }) }, children);
}

/** The text of a list item, with its box where it is one to tick. */
function listed(token: Token, level: number): ComponentChildren {
  const [first, ...rest] = token.children ?? [];
  const box = first?.type === 'text' ? /^\[([ xX])\] /.exec(first.content) : null;
  if (first === undefined || box === null) return leaf(token, level);
  const done = box[1] !== ' ';
  return (
    <>
      <span class="task"><Icon name={done ? 'pass' : 'circle-large'} /><span class="sr">{done ? t`Done:` : t`To do:`}</span></span>
      {first.content.slice(box[0].length)}
      {nodesOf(rest, level)}
    </>
  );
}

function link(href: string, children: ComponentChildren): ComponentChildren {
  if (!/^https?:\/\//i.test(href)) return <span class="no-link" title={href}>{children}</span>;
  return <a href={href} title={href} rel="noopener noreferrer">{children}</a>;
}

function leaf(token: Token, level: number): ComponentChildren {
  switch (token.type) {
    case 'inline':
      return nodesOf(token.children ?? [], level);
    case 'code_inline':
      return <code dir="auto">{token.content}</code>;
    case 'fence':
    case 'code_block':
      return <CodeBlock text={token.content.replace(/\n$/, '')} language={token.info.trim().split(/\s/)[0] ?? ''} />;
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return <br />;
    case 'hr':
      return <hr />;
    case 'image':
      return <span class="no-link" title={String(token.attrGet('src') ?? '')}>{t`[image: ${token.content}]`}</span>;
    default:
      return token.content;
  }
}

function CodeBlock({ text, language }: { text: string; language: string }) {
  return (
    <div class="code">
      <pre tabIndex={0} role="group" aria-label={language === '' ? t`Code` : t`Code, ${language}`} dir="ltr"><code>{text}</code></pre>
      <CopyButton label={t`Copy code`} text={() => text} />
    </div>
  );
}
