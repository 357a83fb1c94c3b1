import type { Handoff, HandoffSection } from './handoff.ts';
import type { Line } from './markdown.ts';
import { headingOf, readLines, withoutBlankEnds } from './markdown.ts';
import { readMetadataLine } from './metadata.ts';
import type { Metadata } from './metadata.ts';

/**
 * Reads any text as a handoff and never throws: without a heading or metadata those stay absent, unknown sections are
 * kept in their place, and text before the first section becomes a section without a title.
 */
export function parseHandoff(markdown: string): Handoff {
  const lines = readLines(markdown.replace(/^\uFEFF/, ''));
  const first = lines.find((line) => line.text.trim() !== '');
  const heading = first && headingOf(first);
  const frame = /^handoff(?: from (.+))?$/i.exec(heading?.title ?? '');
  const sectionLevel = heading && frame ? heading.level + 1 : topLevel(lines);
  const { metadata, rest } = readMetadata(first && frame ? lines.slice(lines.indexOf(first) + 1) : lines);
  return {
    ...(frame?.[1] !== undefined && { device: { name: frame[1] } }),
    ...metadata,
    sections: readSections(rest, sectionLevel),
  };
}

/** The metadata is the first run of lines without a blank one among them. */
function readMetadata(lines: Line[]): { metadata: Metadata; rest: Line[] } {
  const first = lines.findIndex((line) => line.text.trim() !== '');
  if (first === -1) {
    return { metadata: {}, rest: [] };
  }
  const metadata: Metadata = {};
  const length = lines.slice(first).findIndex((line) => line.code || !readMetadataLine(line.text, metadata));
  return { metadata, rest: length === -1 ? [] : lines.slice(first + length) };
}

function readSections(lines: Line[], level: number): HandoffSection[] {
  const sections: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  for (const line of lines) {
    const heading = headingOf(line);
    if (heading && heading.level <= level) {
      sections.push({ title: heading.title, lines: [] });
    } else {
      sections.at(-1)?.lines.push(line.text);
    }
  }
  return sections
    .map((section) => ({ title: section.title, body: withoutBlankEnds(section.lines).join('\n') }))
    .filter((section) => section.title !== '' || section.body !== '');
}

function topLevel(lines: Line[]): number {
  return lines.reduce((top, line) => Math.min(top, headingOf(line)?.level ?? 6), 6);
}
