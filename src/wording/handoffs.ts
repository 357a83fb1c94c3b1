/** Why a handoff is not by a model although one was to write it, or not as a template wants it. */
import { textFact } from './facts.ts';
import type { WhyNot } from '../core/session/handoff/languageModel.ts';
import type { TemplateProblem } from '../core/session/handoff/readTemplate.ts';

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
  const who = asked === 'editor' ? 'A language model of the editor' : 'A program of the agent that can be asked one question alone';
  const [, reason = reasons.failed] = Object.entries(reasons).find(([name]) => name === whyNot) ?? [];
  return { title: 'The handoff is made of the conversation alone, without a language model.', detail: reason(who) };
}

const templateProblems: Record<TemplateProblem['kind'], (about: string) => string> = {
  unreadable: (about) => `It cannot be read${about === '' ? '' : ` at ${about}`}.`,
  'no-sections': () => 'It names no section: each is a heading with ## before it.',
  'too-many': (about) => `It names more than ${about} sections.`,
  'too-long': (about) => `A heading is empty, or it or what stands below it is too long${about === '' ? '' : `: “${about}”`}.`,
  'unknown-section': (about) => `“${about}” is none of the standard sections.`,
  twice: (about) => `“${about}” is named twice.`,
};

/** @param details `where`, `kind` and `about`, as a report or a finding has them */
export function describeBadTemplate(details: Readonly<Record<string, unknown>>): { title: string; detail: string } {
  const [, sentence = templateProblems.unreadable] = Object.entries(templateProblems).find(([kind]) => kind === details['kind']) ?? [];
  return { title: `The handoff follows the built-in template and not ${textFact(details, 'where') ?? 'yours'}.`, detail: sentence(textFact(details, 'about') ?? '') };
}
