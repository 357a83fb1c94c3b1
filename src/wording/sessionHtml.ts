/**
 * A session as one HTML file that stands by itself, to be read in any browser and printed. It needs no script and no network, and its
 * policy allows neither: every text in it comes from elsewhere, and is text (see `html/markup`). The one style sheet is named by its hash.
 */
import { createHash } from 'node:crypto';
import type { OpenedSession } from '../core/operations/report.ts';
import { parseHandoff } from '../core/session/handoff/parse.ts';
import { renderHandoff } from '../core/session/handoff/render.ts';
import { countRedactions } from '../core/session/session.ts';
import { language, t } from '../l10n/language.ts';
import { diffOf, type Edit, editsOf } from '../protocol/edits.ts';
import { html, Markup, sentence } from './html/markup.ts';
import { markdown } from './html/markdown.ts';
import { style } from './html/style.ts';
import { count } from './quantities.ts';
import { type Conversation, entriesOf, type Entry, inputText, introductionOf, onOneLine, type Said, titleOf } from './readable.ts';
import { completeExcept } from './reports.ts';
import { shortCommit, shortId } from './short.ts';

const policy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

const shownPictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const longestInContents = 90;
const mostInContents = 200;

interface Told {
  conversation: Conversation;
  title: string;
  /** Within the document; those of messages begin with it. */
  anchor: string;
  entries: Entry[];
}

export function sessionHtml({ session: { summary, device }, manifest, conversations }: Omit<OpenedSession, 'verdict'>): string {
  const title = onOneLine(summary.message);
  const redactions = countRedactions(manifest.conversations);
  const handoff = manifest.handoff.trim() === '' ? undefined : renderHandoff(parseHandoff(manifest.handoff), 2);
  const told = conversations.map((conversation, index): Told => ({ conversation, title: titleOf(conversation, manifest), anchor: `conversation-${index + 1}`, entries: entriesOf(conversation, manifest) }));
  return `<!DOCTYPE html>\n${html`<html lang="${language()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main class="page">
<header>
<h1 dir="auto">${title}</h1>
<dl class="facts">
<dt>${t`Saved`}</dt><dd>${sentence((put) => t`${put(time(summary.savedAt))}, on ${put(html`<bdi>${onOneLine(device.name)}</bdi>`)}`)}</dd>
<dt>${t`Code`}</dt><dd>${codeOf(summary)}</dd>
<dt>${t`Session`}</dt><dd><code>${shortId(summary.id)}</code></dd>
${redactions === 0 ? undefined : html`<dt>${t`Content`}</dt><dd>${completeExcept(redactions)}</dd>`}
</dl>
${manifest.body === undefined ? undefined : html`<p class="preface" dir="auto">${manifest.body.trim()}</p>`}
</header>
${contents(told, handoff !== undefined)}
${handoff === undefined ? undefined : html`<section id="handoff">${markdown(handoff, 0)}</section>`}
${told.map(conversationMarkup)}
<footer>${t`Exported by ConvoSync. This file is complete in itself: it loads nothing and runs nothing.`}</footer>
</main>
</body>
</html>
`.source}`;
}

function codeOf({ branch, commit, subject }: OpenedSession['session']['summary']): Markup {
  const at = html`<code>${shortCommit(commit)}</code>`;
  const title = html`<bdi>${onOneLine(subject)}</bdi>`;
  return branch === undefined
    ? sentence((put) => t`No branch at ${put(at)}: ${put(title)}`)
    : sentence((put) => t`Branch ${put(html`<code><bdi>${onOneLine(branch)}</bdi></code>`)} at ${put(at)}: ${put(title)}`);
}

function contents(told: readonly Told[], hasHandoff: boolean): Markup {
  return html`<nav aria-labelledby="contents">
<h2 id="contents">${t`Contents`}</h2>
<ul>
${hasHandoff ? html`<li><a href="#handoff">${t`Handoff`}</a></li>` : undefined}
${told.map(({ title, anchor, entries }) => html`<li><a href="#${anchor}"><bdi>${title}</bdi></a>${requests(entries, anchor)}</li>
`)}
</ul>
</nav>`;
}

/** What the person asked for, in one line each: of a long conversation the first of it. */
function requests(entries: readonly Entry[], anchor: string): Markup | undefined {
  const items = entries.flatMap(({ author, said }, index) => {
    const text = author === 'user' ? said.find((one) => one.type === 'text') : undefined;
    return text === undefined ? [] : [html`<li><a href="#${messageAnchor(anchor, index)}"><bdi>${cut(onOneLine(text.text))}</bdi></a></li>
`];
  });
  const more = items.length - mostInContents;
  return items.length === 0 ? undefined : html`<ol>${items.slice(0, mostInContents)}</ol>${more > 0 ? html`<p class="part">${t`and ${count(more, 'more request')}`}</p>` : undefined}`;
}

function conversationMarkup({ conversation, title, anchor, entries }: Told): Markup {
  return html`<section aria-labelledby="${anchor}">
<h2 class="conversation" id="${anchor}" dir="auto">${title}</h2>
<p class="introduction">${introductionOf(conversation)}</p>
${[...inTurn(entries)].map(({ entry, index, goesOn }) => entryMarkup(entry, messageAnchor(anchor, index), goesOn))}
</section>
`;
}

function messageAnchor(conversation: string, index: number): string {
  return `${conversation}-${index + 1}`;
}

/** The entries that show something, each with whether the same one is still speaking, who needs no heading again. */
function* inTurn(entries: readonly Entry[]): Generator<{ entry: Entry; index: number; goesOn: boolean }> {
  let speaking: string | undefined;
  for (const [index, entry] of entries.entries()) {
    if (entry.said.length > 0 || entry.moved !== undefined) {
      yield { entry, index, goesOn: entry.moved === undefined && entry.who === speaking };
      speaking = entry.said.length > 0 ? entry.who : undefined;
    }
  }
}

function entryMarkup({ moved, author, who, at, said }: Entry, anchor: string, goesOn: boolean): Markup {
  return html`${moved === undefined ? undefined : html`<p class="place"><bdi>${moved}</bdi></p>
`}${said.length === 0 ? undefined : html`<article class="message ${author}${goesOn ? ' further' : ''}" id="${anchor}">
${goesOn ? undefined : html`<h3>${who} ${at === undefined ? undefined : time(at)}</h3>`}
${said.map((one) => saidMarkup(one, author))}
</article>
`}`;
}

function saidMarkup(said: Said, author: Entry['author']): Markup {
  switch (said.type) {
    case 'text':
      return author === 'assistant' ? markdown(said.text, 3) : html`<p class="words" dir="auto">${said.text.trim()}</p>`;
    case 'notice':
      return html`<p class="notice" dir="auto">${said.text.trim()}</p>`;
    case 'thinking':
      return folded(html`<span class="name">${t`Thinking`}</span>`, markdown(said.text, 3));
    case 'image':
      return shownPictures.has(said.mediaType)
        ? html`<p><img class="picture" alt="${t`Image in this message`}" src="data:${said.mediaType};base64,${said.data.replace(/[^A-Za-z0-9+/=]/g, '')}"></p>`
        : html`<p class="notice">${sentence((put) => t`An image of type ${put(html`<bdi>${onOneLine(said.mediaType)}</bdi>`)}, which is not shown`)}</p>`;
    case 'call': {
      const { call, result } = said;
      const parts = [...inputMarkup(call.input), ...(result ? [resultMarkup(result.text, result.failed)] : [])];
      return folded(html`<span class="name">${onOneLine(call.name)}</span><bdi>${onOneLine(call.summary)}</bdi>${failure(result?.failed)}`, ...parts);
    }
    case 'loneResult':
      return folded(html`<span class="name">${t`Result`}</span>${t`of a call that is not in this transcript`}${failure(said.result.failed)}`, resultMarkup(said.result.text, said.result.failed));
  }
}

function inputMarkup(input: unknown): Markup[] {
  const edits = editsOf(input);
  if (edits) {
    return edits.map(diffMarkup);
  }
  // A text of its own is easier to read than the same in JSON, where every line break is two characters.
  const fields = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : [];
  return fields.length === 0
    ? [html`<p class="part">${t`Input`}</p><pre dir="auto">${inputText(input)}</pre>`]
    : fields.map(([name, value]) => html`<p class="part">${name}</p><pre dir="auto">${inputText(value)}</pre>`);
}

function resultMarkup(text: string, failed: boolean): Markup {
  return text.trim() === '' ? html`<p class="part">${t`Nothing was returned.`}</p>` : html`<p class="part">${failed ? t`Failed` : t`Result`}</p><pre dir="auto">${text.replace(/\n$/, '')}</pre>`;
}

function diffMarkup(edit: Edit): Markup {
  const signs = { same: '\u2007', removed: '−', added: '+' };
  return html`<p class="part"><bdi>${edit.path}</bdi></p><pre class="diff" dir="ltr">${diffOf(edit).map(({ kind, text }) => html`<span class="${kind}">${signs[kind]} ${text}
</span>`)}</pre>`;
}

function failure(failed: boolean | undefined): Markup | undefined {
  return failed === true ? html`<span class="failed">${t`failed`}</span>` : undefined;
}

function folded(summary: Markup, ...parts: Markup[]): Markup {
  return html`<details><summary>${summary}</summary><div>${parts}</div></details>
`;
}

/** @param at ISO 8601, usually: anything else is shown as it is */
function time(at: string): Markup {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? html`<bdi>${at}</bdi>` : html`<time datetime="${date.toISOString()}">${date.toISOString().replace('T', ' ').slice(0, 16)} UTC</time>`;
}

function cut(text: string): string {
  return text.length > longestInContents ? `${text.slice(0, longestInContents).replace(/[\ud800-\udbff]$/, '').trimEnd()}…` : text;
}
