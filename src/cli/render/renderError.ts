import { ConvoSyncError } from '../../core/common/errors.ts';
import type { Finding } from '../../core/git/finding.ts';
import { explainError } from '../../wording/errors.ts';
import { listFact } from '../../wording/facts.ts';
import type { PreflightOperation } from '../../wording/findings.ts';
import { rejectionOf } from '../../wording/rejectedPush.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import type { Look, Style } from '../terminal/style.ts';
import { indented } from './lines.ts';
import { renderFindings } from './renderFindings.ts';

export interface Failure {
  error: unknown;
  /** What was being done, for the findings of a preflight that refused. */
  operation: PreflightOperation;
}

/** What happened, what is safe, and the way out. Never a stack: that is what `--verbose` is for. */
export function renderFailure({ error, operation }: Failure, look: Look): string {
  const findings = findingsOf(error);
  if (findings.length > 0) {
    return renderFindings(findings, operation, look);
  }
  const { title, safe, hint, quote } = explainError(error);
  const { style } = look;
  return [
    `${ConvoSyncError.is(error, 'cancelled') ? '' : `${style.bad('✗')} `}${style.strong(title)}`,
    ...(quote === undefined ? [] : indented(quote, 4).map(style.faint)),
    ...(safe === undefined ? [] : indented(safe)),
    ...(hint === undefined ? [] : indented(hint)),
    ...whatToType(error, look).map((line) => `  ${line}`),
  ].join('\n');
}

/** What stopped a preflight; empty for every other error. */
export function findingsOf(error: unknown): Finding[] {
  if (!ConvoSyncError.is(error, 'preflight-refused', 'needs-choice')) {
    return [];
  }
  const findings = error.details['findings'] as readonly Finding[] | undefined;
  return (findings ?? []).filter(({ severity }) => severity !== 'info');
}

/** A vault to choose from, as the error names it. */
export interface VaultCandidate {
  id: string;
  /** ISO 8601 in UTC. */
  created: string;
}

export function vaultsOf(error: ConvoSyncError): readonly VaultCandidate[] {
  return (error.details['vaults'] ?? []) as readonly VaultCandidate[];
}

function whatToType(error: unknown, { style, now }: Look): string[] {
  if (!ConvoSyncError.is(error)) {
    return ['Type the same with --verbose to see what happened.'];
  }
  switch (error.code) {
    case 'vault-choice':
      return [
        ...vaultsOf(error).map(({ id, created }) => `${style.command(`--vault ${shortId(id)}`)}  Join the vault begun ${age(created, now)}`),
        `${style.command('--vault new')}       Begin a new one`,
      ];
    case 'vault-locked':
      return [`${style.command('convosync vault unlock')}   Open it with its passphrase or its recovery key`, `${style.command('convosync vault request')}  Have another of your devices let this one in`];
    case 'vault-revoked':
      return [`${style.command('convosync vault unlock')}  Be let in again, with the passphrase that holds now`];
    case 'vault-sealing-choice':
      return [
        `${style.command('--passphrase-file <file>')}  Seal it with the passphrase in a file (- for standard input)`,
        `${style.command('--new-vault readable')}      Leave it readable`,
      ];
    case 'undo-blocked':
      return error.details['reason'] === 'part-of-session' ? [] : [`${style.command('--dry-run')}  See what an undo does with it`, `${style.command('--force')}    Undo it nevertheless`];
    case 'git-failed':
      return listFact(error.details, 'conflicts').length > 0 ? [`${style.command('--no-push')}  Save without pushing the branch`] : [];
    case 'push-rejected':
      return [`${style.command('convosync sync')}  Try again`, ...waysAroundTheBranch(error, style)];
    case 'namespace-refused':
      return [
        `${style.command('convosync vault use git:<address>')}  Keep sessions in a git repository of their own (or another place: convosync vault use --help)`,
        `${style.command('convosync vault use branches')}       Keep them among the branches of this remote`,
        `${style.command('convosync sync')}                     Then send what waits here`,
      ];
    case 'session-not-found':
      return [error.details['reason'] === 'not-in-trash' ? `${style.command('convosync list --trash')}  See what is in the trash` : `${style.command('convosync list')}  See what there is`];
    case 'session-ambiguous':
      return [`${style.command('convosync list')}  See what there is`];
    default:
      return [];
  }
}

/** What to type when a push was rejected for its branch; nothing for any other problem. */
export function waysAroundTheBranch(problem: ConvoSyncError, style: Style): string[] {
  return problem.code !== 'push-rejected' ? [] : [
    ...(rejectionOf(problem.details) === 'declined' ? [`${style.command('convosync save -b <name>')}  Save on another branch`] : []),
    ...(rejectionOf(problem.details) === 'behind' ? [
      `${style.command('convosync save --on diverged=pull-merge')}   Pull & Merge, and save again`,
      `${style.command('convosync save --on diverged=pull-rebase')}  Pull & Rebase, and save again`,
    ] : []),
    `${style.command('convosync sync --no-push')}  Send the session without the branch`,
  ];
}
