/**
 * Markdown for the chat of what others may have written: titles, names, handoffs. It says exactly what they say, and nothing of it
 * becomes a link, an image, a command, markup or an icon.
 */
import { plainLine, plainText } from '../../core/session/asRecord.ts';
import { cut } from '../../core/session/handoff/quoting.ts';

/** Characters of a handoff in an answer; the session's own page shows all of it. */
const longestHandoff = 10_000;
const longestLine = 160;

/** One line, every sign of which stands for itself. */
export function line(text: string): string {
  return escaped(plainLine(text, longestLine));
}

/**
 * A quotation, line for line as it was written, with its headings in bold. No block of code: VS Code's editors find links in those,
 * commands among them.
 */
export function quoted(text: string): string {
  return cut(plainText(text).trim(), longestHandoff).split('\n').map((each) => {
    const [, indent = '', words = ''] = /^(\s*)(.*?)\s*$/u.exec(each) ?? [];
    const heading = /^#{1,6}\s+(.+)$/.exec(words)?.[1];
    return heading === undefined ? `> ${'&nbsp;'.repeat(indent.length)}${escaped(words)}  ` : `> **${escaped(heading)}**  `;
  }).join('\n');
}

/** In Markdown any punctuation can be escaped. */
function escaped(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** What a model answered from it: its links and images lead nowhere. */
export function withoutLinks(markdown: string): string {
  return plainText(markdown).replace(/\](?=[(:])/g, ']\u200b').replace(/<(?=[a-z][a-z0-9+.-]*:)/gi, '‹');
}
