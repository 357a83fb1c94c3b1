import type { Progress, ProgressPhase } from '../core/common/progress.ts';
import { t } from '../l10n/language.ts';

/** `Sending…`, with the part done where it is known: `Sending… 40%`. */
export function describeProgress({ phase, done, total }: Progress): string {
  const what = describePhase(phase);
  return done === undefined || total === undefined || total <= 0 ? t`${what}…` : t`${what}… ${Math.min(100, Math.floor((done / total) * 100))}%`;
}

function describePhase(phase: ProgressPhase): string {
  switch (phase) {
    case 'recover':
      return t`Completing what was interrupted`;
    case 'preflight':
      return t`Looking at the repository`;
    case 'list':
      return t`Looking for sessions`;
    case 'handoff':
      return t`Having the handoff written`;
    case 'protect':
      return t`Keeping what is here for undo`;
    case 'commit':
      return t`Committing`;
    case 'capture':
      return t`Reading the conversation`;
    case 'seal':
      return t`Packing`;
    case 'publish':
      return t`Sending`;
    case 'fetch':
      return t`Fetching`;
    case 'index':
      return t`Reading what was saved, to search it`;
    case 'code':
      return t`Restoring the code`;
    case 'conversation':
      return t`Restoring the conversation`;
    case 'verify':
      return t`Checking what arrived`;
  }
}
