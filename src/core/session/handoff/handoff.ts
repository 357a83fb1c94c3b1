/**
 * A handoff says where the work stands, for the person or the agent who goes on. It is a Markdown document that people
 * edit, so only its frame is ours: who left it, when, at which commit, and sections in an order the reader knows.
 */

/** Who wrote the sections. A handoff made without a model says so in its own text. */
export type HandoffMaker = 'transcript' | 'agent' | 'editor' | 'person';

export interface HandoffSection {
  /** One line; empty for text that stands before the first heading. */
  title: string;
  /** Markdown without blank lines at its ends. */
  body: string;
}

/** Every part of the frame may be missing from a handoff that a person wrote or edited. */
export interface Handoff {
  /** The id is known in memory only: a handoff may lie in a repository's tree, so it is never rendered. */
  device?: { id?: string; name: string };
  /** ISO 8601 in UTC. */
  at?: string;
  commit?: string;
  branch?: string;
  madeBy?: HandoffMaker;
  sections: HandoffSection[];
}

/** The standard titles, in the order of the document. Templates may add, drop or translate sections. */
export const sectionTitles = [
  'Current Task',
  'Progress So Far',
  'Key Decisions Made',
  'Important Context',
  'Blockers/Waiting On',
  'Environment/Setup',
  'Known Issues/Debt',
  'Debug/Error Context',
  'Next Steps',
  'Files Modified',
  'Open Questions',
] as const;

export type SectionTitle = (typeof sectionTitles)[number];
