import type { Handoff, HandoffSection } from './handoff.ts';
import { headingOf, missingFence, readLines, titleText, withoutBlankEnds } from './markdown.ts';
import { metadataLines, readMetadataLine } from './metadata.ts';

/**
 * The handoff as a Markdown document that `parseHandoff` reads back: headings inside a body are moved below the
 * sections, and a fence left open is closed, so that a body can neither end its section nor swallow the next one.
 *
 * @param level of the document's own heading; sections stand one below
 */
export function renderHandoff(handoff: Handoff, level: 1 | 2 = 1): string {
  const name = titleText(handoff.device?.name ?? '');
  const metadata = metadataLines(handoff);
  const titled = handoff.sections.map((section) => ({ title: titleText(section.title), body: settledBody(section.body, level + 1) }));
  const opening = titled.filter((section) => section.title === '' && section.body !== '').map((section) => section.body).join('\n\n');
  const parts = [
    [`${'#'.repeat(level)} Handoff${name === '' ? '' : ` from ${name}`}`, ...metadata].join('\n'),
    metadata.length === 0 ? unlikeMetadata(opening) : opening,
    ...titled.filter((section) => section.title !== '').flatMap((section) => sectionParts(section, level + 1)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function sectionParts(section: HandoffSection, level: number): string[] {
  return [`${'#'.repeat(level)} ${section.title}`, section.body];
}

function settledBody(body: string, sectionLevel: number): string {
  const lines = readLines(body);
  const fence = missingFence(lines);
  const texts = lines.map((line) => {
    const heading = headingOf(line);
    return heading && heading.level <= sectionLevel ? `${'#'.repeat(sectionLevel + 1)} ${heading.title}` : line.text;
  });
  return withoutBlankEnds(fence === undefined ? texts : [...texts, fence]).join('\n');
}

/** Text that would be read as metadata where there is none above it. */
function unlikeMetadata(text: string): string {
  return readMetadataLine(text.split('\n', 1)[0] ?? '', {}) ? `\\${text}` : text;
}
