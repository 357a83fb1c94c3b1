/** What the status bar item says: one pure function of what is known. */
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Status } from '../core/operations/report.ts';
import { t } from '../l10n/language.ts';
import { explainError } from '../wording/errors.ts';
import { describePrivacy } from '../wording/privacy.ts';
import { shortCommit } from '../wording/short.ts';
import { describeFreshness, describeSync, wantsSignIn } from '../wording/status.ts';
import type { CommandId } from './contributions.ts';
import type { Activity, OverviewState } from './overview.ts';
import { plainText } from './plainText.ts';

export interface StatusBarContent {
  text: string;
  /** Plain text, several lines. */
  tooltip: string;
  command: CommandId;
  severity?: 'warning';
}

const icons: Record<Status['sync'], string> = {
  synced: 'check',
  unsaved: 'circle-filled',
  queued: 'cloud-upload',
  'never-saved': 'comment-discussion',
  offline: 'debug-disconnect',
  distrusted: 'error',
  'resume-available': 'cloud-download',
};

/** Undefined where there is nothing to say, and the item is hidden. */
export function statusBarContent(state: OverviewState, activity: Activity | undefined, now: Date): StatusBarContent | undefined {
  if (activity !== undefined) {
    const text = activity === 'saving' ? t`Saving…` : t`Resuming…`;
    return { text: `$(sync~spin) ${text}`, tooltip: `ConvoSync: ${text}`, command: 'convosync.status' };
  }
  switch (state.kind) {
    case 'untrusted':
    case 'no-repository':
      return undefined;
    case 'loading':
      return { text: '$(comment-discussion) ConvoSync', tooltip: t`ConvoSync is looking at the repository.`, command: 'convosync.status' };
    case 'failed':
      if (ConvoSyncError.is(state.error, 'vault-locked')) {
        return { text: `$(lock) ${t`Vault locked`}`, tooltip: failureLines(state.error), command: 'convosync.vault.unlock' };
      }
      return ConvoSyncError.is(state.error, 'vault-choice')
        ? { text: `$(question) ${t`Choose vault`}`, tooltip: failureLines(state.error), command: 'convosync.vault.choose' }
        : { text: '$(error) ConvoSync', tooltip: failureLines(state.error), command: 'convosync.status', severity: 'warning' };
    case 'ready': {
      const { status } = state;
      const icon = state.error === undefined ? statusIcon(status) : 'warning';
      return {
        text: `$(${icon}) ${plainText(describeSync(status, now))}`,
        tooltip: tooltipLines(status, state.error, now),
        // Looking again on the user's behalf asks for what is missing, where git can be told it.
        command: wantsSignIn(status) ? 'convosync.refresh' : 'convosync.status',
      };
    }
  }
}

/** By its name, without `$()`. */
export function statusIcon(status: Status): string {
  return wantsSignIn(status) ? 'key' : icons[status.sync];
}

function tooltipLines(status: Status, error: unknown, now: Date): string {
  const { repository, branch, commit, conversation, listing } = status;
  const problem = error ?? listing.problem;
  return [
    `ConvoSync: ${describeSync(status, now)}`,
    `${repository.name}, ${branch ?? t`no branch`}${commit === undefined ? '' : ` @ ${shortCommit(commit)}`}`,
    ...(conversation ? [t`${conversation.agentName}: ${conversation.title ?? t`conversation without a title`}`] : []),
    ...(problem === undefined ? [] : describeProblem(problem)),
    t`Sessions of other devices ${describeFreshness(listing.refreshed, now)}`,
    describePrivacy(listing),
  ].join('\n');
}

/** With the way out where it is one for here and now. */
function describeProblem(problem: unknown): string[] {
  const { title, hint } = explainError(problem);
  return ConvoSyncError.is(problem, 'git-credentials') && hint !== undefined ? [title, hint] : [title];
}

function failureLines(error: unknown): string {
  const { title, safe, hint } = explainError(error);
  return ['ConvoSync', title, safe, hint].filter((line) => line !== undefined).join('\n');
}
