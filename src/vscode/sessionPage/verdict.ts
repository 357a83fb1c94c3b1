/** Core's verdict as the page shows it, with the buttons that bring things together. */
import type { Difference, Verdict } from '../../core/operations/report.ts';
import type { Action, Verdict as PageVerdict } from '../../protocol/session.ts';
import { describeDifference } from '../../wording/reports.ts';

export const actions = {
  resume: { id: 'resume', label: 'Resume' },
  terminal: { id: 'copyCliCommand', label: 'Copy Resume Command' },
} as const satisfies Record<string, Action>;

const ofCode: readonly Difference['kind'][] = ['other-commit', 'other-branch', 'working-tree-changed', 'session-unclean', 'commit-missing'];

export function pageVerdict(verdict: Verdict): PageVerdict {
  if (verdict.inSync) {
    return { state: 'in-sync', actions: [actions.resume, actions.terminal] };
  }
  const code = verdict.differences.some(({ kind }) => ofCode.includes(kind));
  const conversation = verdict.differences.some(({ kind }) => !ofCode.includes(kind));
  return {
    state: 'differs',
    what: code && conversation ? 'both' : conversation ? 'conversation' : 'code',
    differences: verdict.differences.map(describeDifference),
    actions: [actions.resume, actions.terminal],
  };
}
