import type { SectionTitle } from './handoff.ts';

/** What belongs into each of the standard sections, as a model is told. */
export const sectionGuide: Readonly<Record<SectionTitle, string>> = {
  'Current Task': 'what is being worked on and to what end',
  'Progress So Far': 'what is done as `- [x]`, what is under way as `- [ ]`',
  'Key Decisions Made': 'what was decided, and why',
  'Important Context': 'preferences, constraints and assumptions, also what is not code',
  'Blockers/Waiting On': 'what or whom the work waits for',
  'Environment/Setup': 'what has to be installed, running or set',
  'Known Issues/Debt': 'what is known to be wrong or unfinished and was put off',
  'Debug/Error Context': 'commands that still fail, with what they print, and what was tried',
  'Next Steps': 'a numbered list, the next one first',
  'Files Modified': 'the files that changed',
  'Open Questions': 'what nobody has answered yet',
};
