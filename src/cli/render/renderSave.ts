import type { ConvoSyncError } from '../../core/common/errors.ts';
import type { Finding } from '../../core/git/finding.ts';
import type { SavePlan } from '../../core/operations/plan.ts';
import type { SaveReport } from '../../core/operations/report.ts';
import { explainError } from '../../wording/errors.ts';
import { describeDone } from '../../wording/plans.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { describeOutcome } from '../../wording/reports.ts';
import { shortId } from '../../wording/short.ts';
import type { Look } from '../terminal/style.ts';
import { indented } from './lines.ts';
import { waysAroundTheBranch } from './renderError.ts';
import { renderFindings } from './renderFindings.ts';
import { renderNotes } from './renderNotes.ts';
import { renderMissingConversation } from './renderPlan.ts';
import { renderQr } from './renderQr.ts';

export interface SavedHere {
  report: SaveReport;
  /** What preflight had to say beside what was asked. */
  findings: readonly Finding[];
  /** Those that it could have taken; undefined where none was wanted. */
  conversations: SavePlan['conversations'] | undefined;
}

export function renderSave({ report, findings, conversations }: SavedHere, look: Look): string {
  const { style } = look;
  const { title, detail } = describeOutcome(report);
  const sent = report.outcome === 'sent';
  return [
    ...(findings.length === 0 ? [] : [renderFindings(findings, 'save', look)]),
    ...(conversations?.length === 0 ? [renderMissingConversation({ conversations }, look)] : []),
    ...report.steps.map((step) => `${style.good('✓')} ${describeDone(step)}`),
    '',
    style.strong(title),
    ...indented(detail),
    ...(report.problem === undefined ? [] : renderProblem(report.problem, look)),
    ...renderNotes(report.notes, look),
    `  ${style.faint(describePrivacy(report))}`,
    ...(report.recoveryKey === undefined ? [] : ['', ...renderRecoveryKey(report.recoveryKey, look)]),
    '',
    sent
      ? `Resume with: ${style.command(`convosync resume ${shortId(report.session)}`)}`
      : report.outcome === 'queued'
        ? `Send it with: ${style.command('convosync sync')}`
        : `Add a remote (${style.command('git remote add origin <address>')}), then: ${style.command('convosync sync')}`,
  ].join('\n');
}

/** It is shown this once: the line stays whole, so that it can be copied. */
export function renderRecoveryKey(recoveryKey: string, look: Look): string[] {
  const { style } = look;
  return [
    style.strong('Recovery key of your vault'),
    `  ${style.command(recoveryKey)}`,
    ...renderQr(recoveryKey, look),
    '  Keep it off this device, on paper or in a password manager. It opens the vault when the passphrase is lost, and is shown only now.',
  ];
}

function renderProblem(problem: ConvoSyncError, { style }: Look): string[] {
  const { title, quote, hint } = explainError(problem);
  return [
    `  ${style.warn(title)}`,
    ...(quote === undefined ? [] : indented(quote, 4).map(style.faint)),
    ...(hint === undefined ? [] : indented(hint)),
    ...waysAroundTheBranch(problem, style).map((line) => `    ${line}`),
  ];
}
