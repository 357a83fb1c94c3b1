import type { Finding } from '../../core/git/finding.ts';
import { explainFinding, liesInOwnHands, remedyConsequence, remedyFlag, remedyLabel } from '../../wording/findings.ts';
import type { PreflightOperation } from '../../wording/findings.ts';
import type { Look } from '../terminal/style.ts';
import { padEnd, widthOf } from '../terminal/width.ts';
import { indented } from './lines.ts';

/**
 * Each finding with its sentences, and with what to type for every way out, unless the ways out are about to be asked for.
 */
export function renderFindings(findings: readonly Finding[], operation: PreflightOperation, look: Look, ways: 'to-type' | 'asked' = 'to-type'): string {
  return findings.flatMap((finding) => renderFinding(finding, operation, look, ways)).join('\n');
}

function renderFinding(finding: Finding, operation: PreflightOperation, { style }: Look, ways: 'to-type' | 'asked'): string[] {
  const { title, detail, safe, quote } = explainFinding(finding, operation);
  const [answer] = finding.remedies;
  if (finding.answered === true && answer !== undefined) {
    return [`${style.warn('!')} ${title}`, `  → ${remedyLabel(answer)}`];
  }
  const stops = finding.severity !== 'info';
  return [
    `${stops ? style.bad('✗') : style.warn('!')} ${stops ? style.strong(title) : title}`,
    ...(quote === undefined ? [] : indented(quote, 4).map(style.faint)),
    ...(detail === undefined ? [] : indented(detail)),
    ...(safe === undefined ? [] : indented(safe)),
    ...(ways === 'to-type' ? waysOut(finding, operation, style) : []),
  ];
}

/** What stops nothing is told with options alone: what else helps is for later, and said with it then. */
function waysOut(finding: Finding, operation: PreflightOperation, style: Look['style']): string[] {
  const remedies = finding.severity === 'info' ? finding.remedies.filter((remedy) => !liesInOwnHands(remedy)) : finding.remedies;
  const ways = remedies.map((remedy) => ({ type: remedyFlag(remedy, finding, operation), label: remedyLabel(remedy), consequence: remedyConsequence(remedy) }));
  const width = Math.max(0, ...ways.map(({ type }) => widthOf(type)));
  return ways.map(({ type, label, consequence }) => `    ${style.command(padEnd(type, width))}  ${label}${consequence === undefined ? '' : style.faint(` (${consequence})`)}`);
}
