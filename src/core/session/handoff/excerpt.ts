import type { Handoff } from './handoff.ts';
import { cut } from './quoting.ts';

/** Characters of an excerpt at most, the ellipsis included: what a tooltip shows without scrolling. */
const excerptLength = 280;

/** The first lines as plain text: of the current task, else of whatever section comes first; empty without any text. */
export function handoffExcerpt(handoff: Handoff): string {
  const written = handoff.sections.filter((section) => section.body.trim() !== '');
  const section = written.find(({ title }) => title.toLowerCase() === 'current task') ?? written[0];
  const lines = (section?.body ?? '').split('\n').map(plainLine).filter((line) => line !== '');
  return cut(lines.join('\n'), excerptLength);
}

function plainLine(line: string): string {
  return line
    .replace(/^(?:\s*(?:>|[-*+](?=\s)|#{1,6}(?=\s)|\d+[.)](?=\s)|\[[ xX]\](?=\s)|`{3,}.*|~{3,}.*))+/, '')
    .replace(/\*\*|`/g, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
}
