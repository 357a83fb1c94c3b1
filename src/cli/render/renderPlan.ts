import type { ResumePlan, SavePlan, UndoPlan } from '../../core/operations/plan.ts';
import { lineSafe } from '../../wording/lineSafe.ts';
import { describeNewer } from '../../wording/newerWork.ts';
import { describeMissingConversation, describeResume, describeStep, describeUndoPlan } from '../../wording/plans.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import type { Look } from '../terminal/style.ts';
import { renderFindings } from './renderFindings.ts';

const filesShown = 20;

/** What a save would do: for `--dry-run` and before a confirmation. */
export function renderSavePlan(plan: SavePlan, look: Look): string {
  const { style } = look;
  const shown = plan.changes.slice(0, filesShown);
  return joined([
    renderFindings(plan.findings, 'save', look),
    shown.length === 0 ? '' : [
      style.strong('Changes'),
      ...shown.map(({ kind, path, from }) => `  ${kind.padEnd(12)} ${from === undefined ? lineSafe(path) : `${lineSafe(from)} → ${lineSafe(path)}`}`),
      ...(plan.changes.length > shown.length ? [`  and ${count(plan.changes.length - shown.length, 'more file', 'more files')}`] : []),
    ].join('\n'),
    renderMissingConversation(plan, look),
    renderSteps('This save will', plan.steps.map(describeStep), look),
    style.faint(describePrivacy(plan)),
  ]);
}

/** Empty when there is a conversation to save. */
export function renderMissingConversation(plan: Pick<SavePlan, 'conversations'>, { style }: Look): string {
  const sentence = describeMissingConversation(plan);
  return sentence === undefined ? '' : `${style.warn('!')} ${sentence}`;
}

/** What a resume would do. */
export function renderResumePlan(plan: ResumePlan, look: Look): string {
  const { summary, device } = plan.session;
  return joined([
    `${look.style.strong(`“${lineSafe(summary.message)}”`)} from ${lineSafe(device.name)}, ${age(summary.savedAt, look.now)} (${shortId(summary.id)})`,
    renderFindings(plan.findings, 'resume', look),
    renderSteps('This resume will', describeResume(plan), look),
  ]);
}

/** What an undo would do. */
export function renderUndoPlan(plan: UndoPlan, look: Look): string {
  const { style, now } = look;
  return joined([
    `${style.strong(`The last ${plan.operation}`)} here, ${age(plan.at, now)} (${shortId(plan.session)})`,
    plan.newer === undefined ? '' : `${style.warn('!')} ${describeNewer(plan.newer)}`,
    renderFindings(plan.blockers, 'save', look),
    renderSteps('This undo will', describeUndoPlan(plan), look),
  ]);
}

function renderSteps(heading: string, steps: readonly string[], { style }: Look): string {
  return [style.strong(heading), ...steps.map((step) => `  ${style.faint('·')} ${lowerFirst(step)}`)].join('\n');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
