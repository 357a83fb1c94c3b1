import type { Finding } from '../../core/git/finding.ts';
import { explainFinding, remedyConsequence, remedyFlag, remedyLabel } from '../../wording/findings.ts';
import type { PreflightOperation } from '../../wording/findings.ts';
import type { Look } from '../terminal/style.ts';
import { padEnd, widthOf } from '../terminal/width.ts';
import { indented } from './lines.ts';

/** Each finding with its sentences; one that stops the work with what to type for every way out. */
export function renderFindings(findings: readonly Finding[], operation: PreflightOperation, { style }: Look): string {
  return findings
    .flatMap((finding) => {
      const { title, detail, safe, quote } = explainFinding(finding, operation);
      const stops = finding.severity !== 'info';
      return [
        `${stops ? style.bad('✗') : style.warn('!')} ${stops ? style.strong(title) : title}`,
        ...(quote === undefined ? [] : indented(quote, 4).map(style.faint)),
        ...(detail === undefined ? [] : indented(detail)),
        ...(safe === undefined ? [] : indented(safe)),
        ...(stops ? remedyLines(finding).map((line) => `  ${line}`) : []),
      ];
    })
    .join('\n');

  function remedyLines(finding: Finding): string[] {
    const ways = finding.remedies.map((remedy) => ({ type: remedyFlag(remedy, finding), label: remedyLabel(remedy), then: remedyConsequence(remedy) }));
    const width = Math.max(0, ...ways.map(({ type }) => widthOf(type)));
    return ways.map(({ type, label, then }) => `  ${style.command(padEnd(type, width))}  ${label}${then === undefined ? '' : style.faint(` (${then})`)}`);
  }
}
