/** Which sections a handoff has, in which order, with which headings and in which language. */
import type { HandoffSection, SectionTitle } from './handoff.ts';
import { sectionTitles } from './handoff.ts';

export interface TemplateSection {
  heading: string;
  /** Which of the standard sections it is; one of somebody's own is written by models and persons alone. */
  standard?: SectionTitle;
  /** What belongs there, for a model. */
  about?: string;
}

export interface HandoffTemplate {
  /** In which a model writes, as people name it; that of the conversation without it. What is quoted stays as it was said. */
  language?: string;
  sections: readonly TemplateSection[];
}

export const builtInTemplate: HandoffTemplate = { sections: sectionTitles.map((title) => ({ heading: title, standard: title })) };

/** Sections with standard titles as the template wants them; what it does not name is left out. */
export function arrangeSections(standard: readonly HandoffSection[], { sections }: HandoffTemplate): HandoffSection[] {
  return sections.flatMap(({ heading, standard: title }) => {
    const body = standard.find((section) => section.title === title)?.body ?? '';
    return body === '' ? [] : [{ title: heading, body }];
  });
}
