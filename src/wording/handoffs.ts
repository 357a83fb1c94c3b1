/** Why a handoff is not by a model although one was to write it. */
import type { WhyNot } from '../core/session/handoff/languageModel.ts';

const reasons: Record<WhyNot, (who: string) => string> = {
  none: (who) => `${who} is not there.`,
  refused: (who) => `${who} did not want to, or may not be asked.`,
  timeout: (who) => `${who} took too long.`,
  empty: (who) => `${who} answered nothing.`,
  malformed: (who) => `${who} answered something else.`,
  failed: (who) => `${who} could not be asked.`,
};

/** @param details `asked` and `whyNot`, as a report or a finding has them */
export function describeWithoutModel({ asked, whyNot }: { asked?: unknown; whyNot?: unknown }): { title: string; detail: string } {
  const who = asked === 'editor' ? 'A language model of the editor' : 'The agent’s program';
  const [, reason = reasons.failed] = Object.entries(reasons).find(([name]) => name === whyNot) ?? [];
  return { title: 'The handoff is made of the conversation alone, without a language model.', detail: reason(who) };
}
