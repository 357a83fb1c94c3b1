import * as path from 'node:path';
import type { Finding } from '../../core/git/finding.ts';
import type { ResumeReport } from '../../core/operations/report.ts';
import { describeResumed } from '../../wording/plans.ts';
import { describeVerdict } from '../../wording/reports.ts';
import { shortCommit, shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { quoteCommand } from '../terminal/quote.ts';
import type { Look } from '../terminal/style.ts';
import { renderContext } from './renderContext.ts';
import { renderFindings } from './renderFindings.ts';
import { renderNotes } from './renderNotes.ts';

export interface ResumedHere {
  report: ResumeReport;
  findings: readonly Finding[];
  platform: NodeJS.Platform;
  /** Where the person is, so that no `cd` is printed to where they are already. */
  currentFolder: string;
}

export function renderResume({ report, findings, platform, currentFolder }: ResumedHere, look: Look): string {
  const { style } = look;
  const { summary, device } = report.session;
  const verdict = describeVerdict(report.verdict);
  const isInside = currentFolder === report.folder || currentFolder.startsWith(`${report.folder}${path.sep}`);
  return [
    ...(findings.length === 0 ? [] : [renderFindings(findings, 'resume', look)]),
    ...describeResumed(report).map((line) => `${style.good('✓')} ${line}`),
    '',
    style.strong(`Resumed session ${shortId(summary.id)} from ${device.name}, saved ${age(summary.savedAt, look.now)}`),
    `  “${summary.message}” on ${summary.branch ?? 'no branch'} at ${shortCommit(summary.commit)}`,
    `${report.verdict.inSync ? style.good('✓') : style.warn('!')} ${verdict.title}${report.verdict.inSync ? '.' : ':'}`,
    ...verdict.differences.map((line) => `  ${line}`),
    ...renderNotes(report.notes, look),
    ...(report.context ? renderContext(report.context, device.name, look) : []),
    '',
    ...report.commands.flatMap((command) => [`Continue in ${command.agentName}:`, `  ${style.command(quoteCommand(command, platform, currentFolder))}`]),
    style.faint(`Take it back with: ${quoteCommand({ argv: ['convosync', 'resume', '--undo'], folder: isInside ? currentFolder : report.folder }, platform, currentFolder)}`),
  ].join('\n');
}
