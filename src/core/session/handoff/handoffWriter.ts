/** Who writes a handoff with understanding: given what was said and what git says, the sections, or why there are none. */
import type { HandoffSource } from './fromTranscript.ts';
import type { Handoff, HandoffSection } from './handoff.ts';
import type { LanguageModel, WhyNot } from './languageModel.ts';
import type { HandoffTemplate } from './template.ts';

export interface HandoffAssignment {
  source: HandoffSource;
  /** What the transcript alone gives, under the standard titles: certain, short, and part of what the writer is told. */
  facts: Handoff;
  template: HandoffTemplate;
}

export type WrittenHandoff = { sections: HandoffSection[] } | { whyNot: WhyNot };

export interface HandoffWriter {
  readonly maker: LanguageModel['maker'];
  /** Rejects only when it is cancelled. */
  write(assignment: HandoffAssignment, signal?: AbortSignal): Promise<WrittenHandoff>;
}
