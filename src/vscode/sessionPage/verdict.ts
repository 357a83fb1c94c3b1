/** Core's verdict as the page shows it, with the buttons that bring things together. */
import type { Difference, Verdict } from '../../core/operations/report.ts';
import type { SessionSummary } from '../../core/session/session.ts';
import { t } from '../../l10n/language.ts';
import type { Action, Verdict as PageVerdict } from '../../protocol/session.ts';
import { describeDifference } from '../../wording/reports.ts';

export function actions() {
  return {
    save: { id: 'save', label: t`Save` },
    resume: { id: 'resume', label: t`Resume` },
    terminal: { id: 'copyCliCommand', label: t`Copy Resume Command` },
  } as const satisfies Record<string, Action>;
}

const ofCode: readonly Difference['kind'][] = ['other-commit', 'other-branch', 'working-tree-changed', 'snapshot-missing', 'snapshot-changed', 'session-unclean', 'commit-missing'];

/** @param known the session's conversations, and whether some session holds all that is on this machine */
export function pageVerdict({ inSync, differences }: Verdict, known: { conversations: SessionSummary['conversations']; allSaved: boolean }): PageVerdict {
  const { save, resume, terminal } = actions();
  if (inSync) {
    return { state: 'in-sync', actions: [resume, terminal] };
  }
  const code = differences.some(({ kind }) => ofCode.includes(kind));
  const conversation = differences.some(({ kind }) => !ofCode.includes(kind));
  return {
    state: 'differs',
    what: code && conversation ? 'both' : conversation ? 'conversation' : 'code',
    differences: differences.map((difference) => describeDifference(difference, known.conversations)),
    actions: [...(!known.allSaved && onlyWentOnHere(differences) ? [save] : []), resume, terminal],
  };
}

/** All of the session is here and more: then nothing has to be brought, and there is something to save. */
function onlyWentOnHere(differences: readonly Difference[]): boolean {
  // What the session never held says nothing about what is here.
  const telling = differences.filter(({ kind }) => kind !== 'session-unclean');
  return telling.length > 0 && telling.every(isAddition);
}

function isAddition(difference: Difference): boolean {
  switch (difference.kind) {
    case 'working-tree-changed':
    case 'conversation-longer':
      return true;
    case 'other-commit':
      return (difference.ahead ?? 0) > 0 && difference.behind === 0;
    default:
      return false;
  }
}
