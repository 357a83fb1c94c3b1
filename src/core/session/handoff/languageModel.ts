/** A language model as a handoff needs one: it is asked a question and answers with text. Who lends it is a shell's or an agent's affair. */
import type { HandoffMaker } from './handoff.ts';

/** Why there is no handoff by a model. */
export type WhyNot =
  /** There is no model, or no program of the agent. */
  | 'none'
  /** It may not be asked, or did not want to answer. */
  | 'refused'
  | 'timeout'
  | 'empty'
  /** It answered something else than a handoff. */
  | 'malformed'
  | 'failed';

export interface LanguageModel {
  readonly maker: Extract<HandoffMaker, 'agent' | 'editor'>;
  /** How many characters of a question are sure to fit. */
  readonly window: number;
  /** @throws ModelFailure, or what the signal was aborted with */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

export class ModelFailure extends Error {
  readonly whyNot: WhyNot;

  constructor(whyNot: WhyNot, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelFailure';
    this.whyNot = whyNot;
  }
}
