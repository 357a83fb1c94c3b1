/** What the confirmations say, as plain text. */
import type { ResumePlan, SavePlan, UndoPlan } from '../../core/operations/plan.ts';
import type { Finding } from '../../core/git/finding.ts';
import { t } from '../../l10n/language.ts';
import { explainFinding, type PreflightOperation } from '../../wording/findings.ts';
import { describeOpensAgain, describeUnnamedVariables } from '../../wording/context.ts';
import { describeMissingConversation, describeResume, describeStep, describeUndoPlan } from '../../wording/plans.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { shortCommit } from '../../wording/short.ts';
import { sessionFacts } from '../sessionText.ts';

/** @param information findings worth a sentence */
export function saveSummary(plan: SavePlan, information: readonly Finding[]): string {
  const { repository, head, changes } = plan;
  return paragraphs(
    `${repository.name}, ${head.branch ?? t`no branch`} @ ${shortCommit(head.commit)}`,
    steps(plan.steps.map(describeStep)),
    changes.length === 0 ? t`There are no uncommitted changes.` : '',
    describeMissingConversation(plan) ?? '',
    ...sentences(information, 'save'),
    describePrivacy(plan),
  );
}

/**
 * @param information findings worth a sentence
 * @param unnamed variables that stay out, since nobody named them on this device
 */
export function resumeSummary(plan: ResumePlan, information: readonly Finding[], now: Date, unnamed: readonly string[] = []): string {
  const { device } = plan.session;
  return paragraphs(
    t`Saved on ${device.name}: ${sessionFacts(plan.session, now)}`,
    steps(describeResume(plan)),
    plan.context ? describeOpensAgain(plan.context) : '',
    describeUnnamedVariables(unnamed),
    ...sentences(information, 'resume'),
  );
}

export function undoSummary(plan: UndoPlan): string {
  return paragraphs(t`This undo will:`, steps(describeUndoPlan(plan)));
}

function steps(planned: readonly string[]): string {
  return planned.map((step) => `• ${step}`).join('\n');
}

function sentences(findings: readonly Finding[], operation: PreflightOperation): string[] {
  return findings.map((finding) => {
    const { title, detail, safe } = explainFinding(finding, operation);
    return [title, detail, safe].filter((part) => part !== undefined).join(' ');
  });
}

function paragraphs(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
