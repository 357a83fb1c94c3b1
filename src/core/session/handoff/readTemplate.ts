/**
 * Templates as people write them: a Markdown file in the repository, or a value in the editor's settings.
 *
 * In the file each `##` heading is a section. One that stands for a standard section under another name says so in a
 * comment: `## Nächste Schritte <!-- Next Steps -->`. Text below a heading tells a model what belongs there. A line
 * `**Language:** Deutsch` before the first section says in which language a model writes.
 */
import * as z from 'zod';
import type { SectionTitle } from './handoff.ts';
import { sectionTitles } from './handoff.ts';
import { headingOf, readLines, withoutBlankEnds } from './markdown.ts';
import type { HandoffTemplate, TemplateSection } from './template.ts';

/** Relative to the repository's top, with `/`. */
export const templateFile = '.convosync/handoff-template.md';

/** What is wrong with a template, and the word that it is about. */
export interface TemplateProblem {
  kind: 'unreadable' | 'no-sections' | 'too-many' | 'too-long' | 'unknown-section' | 'twice';
  about: string;
}

export type ReadTemplate = { template: HandoffTemplate } | { problem: TemplateProblem };

const mostSections = 40;
const longestHeading = 80;
const longestAbout = 600;

export function templateFromMarkdown(markdown: string): ReadTemplate {
  const parts: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  for (const line of readLines(markdown.replace(/^\uFEFF/, ''))) {
    const heading = headingOf(line);
    if (heading?.level === 2) {
      parts.push({ heading: heading.title, lines: [] });
    } else {
      parts.at(-1)?.lines.push(line.text);
    }
  }
  const [before, ...sections] = parts;
  const language = before?.lines.map((text) => /^\s*(?:\*\*)?language(?:\*\*)?:(?:\*\*)?\s*(.+?)\s*$/i.exec(text)?.[1]).find((found) => found !== undefined);
  return settled(language, sections.map(({ heading, lines }) => {
    const [, named = heading, section] = /^(.*?)\s*<!--\s*(.*?)\s*-->$/.exec(heading) ?? [];
    return { heading: named, section, about: withoutBlankEnds(lines).join('\n') };
  }));
}

const Setting = z.object({
  language: z.string().optional(),
  sections: z.array(z.union([
    z.string().transform((heading) => ({ heading, section: undefined, about: '' })),
    z.object({ heading: z.string(), section: z.string().optional(), about: z.string().default('') }),
  ])).optional(),
});

/** Undefined where nothing is set. Without sections those of the built-in template are meant. */
export function templateFromSetting(value: unknown): ReadTemplate | undefined {
  if (value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)) {
    return undefined;
  }
  const setting = Setting.safeParse(value);
  if (!setting.success) {
    return { problem: { kind: 'unreadable', about: setting.error.issues[0]?.path.join('.') ?? '' } };
  }
  const { language, sections = sectionTitles.map((heading) => ({ heading, section: undefined, about: '' })) } = setting.data;
  return settled(language, sections.map(({ heading, section, about }) => ({ heading, section, about })));
}

interface WrittenSection {
  heading: string;
  /** Which standard section is meant, as it was written. */
  section: string | undefined;
  about: string;
}

function settled(language: string | undefined, written: readonly WrittenSection[]): ReadTemplate {
  const problem = (kind: TemplateProblem['kind'], about = ''): ReadTemplate => ({ problem: { kind, about } });
  if (written.length === 0) {
    return problem('no-sections');
  }
  if (written.length > mostSections) {
    return problem('too-many', String(mostSections));
  }
  const sections: TemplateSection[] = [];
  for (const { heading: raw, section, about } of written) {
    const heading = raw.replace(/\s+/g, ' ').trim();
    if (heading === '' || heading.length > longestHeading || about.length > longestAbout) {
      return problem('too-long', heading.slice(0, longestHeading));
    }
    const standard = standardSection(section ?? heading);
    if (section !== undefined && standard === undefined) {
      return problem('unknown-section', section.slice(0, longestHeading));
    }
    if (sections.some((other) => other.heading.toLowerCase() === heading.toLowerCase() || (standard !== undefined && other.standard === standard))) {
      return problem('twice', heading);
    }
    sections.push({ heading, ...(standard === undefined ? {} : { standard }), ...(about === '' ? {} : { about }) });
  }
  const named = language?.replace(/\s+/g, ' ').trim().slice(0, longestHeading) ?? '';
  return { template: { ...(named === '' ? {} : { language: named }), sections } };
}

function standardSection(name: string): SectionTitle | undefined {
  return sectionTitles.find((title) => title.toLowerCase() === name.trim().toLowerCase());
}
