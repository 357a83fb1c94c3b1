/** Why a handoff is not by a model although one was to write it, or not as a template wants it. */
import type { WhyNot } from '../core/session/handoff/languageModel.ts';
import type { TemplateProblem } from '../core/session/handoff/readTemplate.ts';
import { t } from '../l10n/language.ts';
import { afterColon, textFact } from './facts.ts';

const reasons: Record<WhyNot, (who: string) => string> = {
  none: (who) => t`${who} is not there.`,
  refused: (who) => t`${who} did not want to, or may not be asked.`,
  timeout: (who) => t`${who} took too long.`,
  empty: (who) => t`${who} answered nothing.`,
  malformed: (who) => t`${who} answered something else.`,
  failed: (who) => t`${who} could not be asked.`,
};

/** @param details `asked` and `whyNot`, as a report or a finding has them */
export function describeWithoutModel({ asked, whyNot }: { asked?: unknown; whyNot?: unknown }): { title: string; detail: string } {
  const who = asked === 'editor' ? t`A language model of the editor` : t`A program of the agent that can be asked one question alone`;
  const [, reason = reasons.failed] = Object.entries(reasons).find(([name]) => name === whyNot) ?? [];
  return { title: t`The handoff is made of the conversation alone, without a language model.`, detail: reason(who) };
}

const templateProblems: Record<TemplateProblem['kind'], (about: string) => string> = {
  unreadable: (about) => (about === '' ? t`It cannot be read.` : t`It cannot be read at ${about}.`),
  'no-sections': () => t`It names no section: each is a heading with ## before it.`,
  'too-many': (about) => t`It names more than ${about} sections.`,
  'too-long': (about) => t`A heading is empty, or it or what stands below it is too long${afterColon(about === '' ? undefined : t`“${about}”`)}.`,
  'unknown-section': (about) => t`“${about}” is none of the standard sections.`,
  twice: (about) => t`“${about}” is named twice.`,
};

/** @param details `where`, `kind` and `about`, as a report or a finding has them */
export function describeBadTemplate(details: Readonly<Record<string, unknown>>): { title: string; detail: string } {
  const [, sentence = templateProblems.unreadable] = Object.entries(templateProblems).find(([kind]) => kind === details['kind']) ?? [];
  const where = textFact(details, 'where');
  return {
    title: where === undefined ? t`The handoff follows the built-in template and not yours.` : t`The handoff follows the built-in template and not ${where}.`,
    detail: sentence(textFact(details, 'about') ?? ''),
  };
}
