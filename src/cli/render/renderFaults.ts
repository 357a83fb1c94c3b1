import type { CheckReport } from '../../core/operations/report.ts';
import { explainError } from '../../wording/errors.ts';
import { shortId } from '../../wording/short.ts';
import type { Look } from '../terminal/style.ts';

/** Each session that cannot be resumed, with what is wrong. */
export function renderFaults(faults: CheckReport['faults'], { style }: Look): string {
  return faults.map(({ session, message, error }) => `${style.bad('✗')} ${shortId(session)} ${message}\n  ${explainError(error).title}`).join('\n');
}
