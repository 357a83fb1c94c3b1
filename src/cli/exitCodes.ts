/** Exit codes that scripts can rely on. They are part of the command line's contract: none changes its meaning. */
import { isCancellation, ConvoSyncError } from '../core/common/errors.ts';
import type { ErrorCode } from '../core/common/errors.ts';
import type { Listing } from '../core/operations/report.ts';

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 130;

export const exitMeanings: Record<ExitCode, string> = {
  0: 'done',
  1: 'failed on this machine, or something unexpected',
  2: 'the command was typed in a way that is not understood',
  3: 'preflight refused, or a decision is needed: the options to type are shown',
  4: 'nothing found, or nothing to undo',
  5: 'saved on this device and not sent yet',
  6: 'busy: another run is at it, or something changed meanwhile',
  7: 'the remote or the storage: unreachable, credentials refused, push rejected, full',
  8: 'the vault, or a portable session, cannot be trusted or read: damaged, forged, rolled back, wrong key, newer format',
  130: 'cancelled',
};

const exitCodes: Record<ErrorCode, ExitCode> = {
  cancelled: 130,
  usage: 2,
  'preflight-refused': 3,
  'needs-choice': 3,
  'session-not-found': 4,
  'session-ambiguous': 3,
  'nothing-to-undo': 4,
  'undo-blocked': 3,
  'runtime-too-old': 1,
  'git-missing': 1,
  'home-unusable': 1,
  busy: 6,
  'git-failed': 1,
  'git-timeout': 7,
  'git-credentials': 7,
  'remote-unreachable': 7,
  'push-rejected': 7,
  'push-unverified': 7,
  'namespace-refused': 7,
  'commit-missing': 4,
  'object-missing': 8,
  'storage-conflict': 6,
  'storage-denied': 7,
  'storage-quota': 7,
  'storage-transient': 7,
  'storage-permanent': 7,
  'vault-not-found': 4,
  'vault-damaged': 8,
  'vault-newer-format': 8,
  'vault-locked': 3,
  'vault-wrong-key': 8,
  'vault-forged': 8,
  'vault-rolled-back': 8,
  'vault-downgraded': 8,
  'vault-revoked': 3,
  'vault-choice': 3,
  'vault-sealing-choice': 3,
  'portable-unreadable': 8,
  'portable-newer-format': 8,
  'conversation-not-found': 4,
  'conversation-unreadable': 1,
  'conversation-running': 6,
  'install-failed': 1,
};

/** Something is shown although the vault cannot be trusted any more: scripts have to know. */
export function exitCodeOfLook({ problem }: Listing): ExitCode {
  const code = problem === undefined ? 0 : exitCodeOf(problem);
  return code === 8 ? code : 0;
}

export function exitCodeOf(error: unknown): ExitCode {
  if (isCancellation(error)) {
    return 130;
  }
  return ConvoSyncError.is(error) ? exitCodes[error.code] : 1;
}
