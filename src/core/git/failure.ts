/**
 * What a failed git process means, read from its English messages (see `environment.ts`). Only commands that talk to
 * a remote can fail for want of a network or of credentials: a commit hook that prints "Connection refused" is a
 * failed hook.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { ErrorCode } from '../common/errors.ts';

export interface FailedRun {
  exitCode: number;
  stderr: string;
}

const remoteCommands = new Set(['clone', 'fetch', 'ls-remote', 'pull', 'push']);

const rejected = /! \[(remote )?rejected\]/;
/** How git itself begins what it says of a lost connection; a failed pre-push hook leaves it with the verdict alone. */
const ownWords = /^(fatal|error: RPC failed)/m;
const credentials =
  /could not read (Username|Password)|terminal prompts disabled|Authentication failed|Authentication required|Permission denied|Host key verification failed|Access denied|returned error: (401|403)|Invalid username or|Too many authentication failures|No user exists for uid/i;
const unreachable =
  /Could not resolve|Name or service not known|Temporary failure in name resolution|Connection (refused|timed out|reset|closed)|Failed to connect|unable to connect|timed out|No route to host|Network is (unreachable|down)|does not appear to be a git repository|not found|does not exist|No such file or directory|No such remote|hung up unexpectedly|early EOF|unexpected disconnect|unable to access|returned error: 5\d\d|RPC failed|certificate|SSL|gnutls|Could not read from remote repository|Unable to find remote helper/i;

/**
 * The error for a git run that failed. `details`: `command` (arguments without secrets), `exitCode`, and `stderr`, git's
 * own words (those of a hook too) without credentials.
 */
export function classifyGitFailure(args: readonly string[], run: FailedRun): ConvoSyncError {
  const command = describeCommand(args);
  const stderr = maskCredentials(run.stderr).trim();
  return new ConvoSyncError(codeOf(args, run), `git ${command} failed with exit code ${run.exitCode}.`, {
    details: { command, exitCode: run.exitCode, stderr },
  });
}

function codeOf(args: readonly string[], { stderr }: FailedRun): ErrorCode {
  const verb = gitVerb(args);
  if (/xcode-select|xcrun: error/.test(stderr)) {
    return 'git-missing';
  }
  if (!remoteCommands.has(verb) || stderr.includes("couldn't find remote ref")) {
    return 'git-failed';
  }
  const isVerdict = stderr.includes('failed to push some refs') && !ownWords.test(stderr);
  if (rejected.test(stderr) || isVerdict) {
    return 'push-rejected';
  }
  if (credentials.test(stderr)) {
    return 'git-credentials';
  }
  if (unreachable.test(stderr)) {
    return 'remote-unreachable';
  }
  return stderr.includes('failed to push some refs') ? 'push-rejected' : 'git-failed';
}

/** The sub-command: the first argument that is neither an option of git itself nor the value of one. */
export function gitVerb(args: readonly string[]): string {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '-c' || arg === '-C') {
      index++;
    } else if (!arg.startsWith('-')) {
      return arg;
    }
  }
  return '';
}

export function talksToRemote(args: readonly string[]): boolean {
  return remoteCommands.has(gitVerb(args));
}

/** The arguments as one line for logs and error details: no credentials, no header values, nothing long. */
export function describeCommand(args: readonly string[]): string {
  return args
    .map((arg) => maskCredentials(arg).replace(/(extraheader=).*/is, '$1***'))
    .map((arg) => (arg.length > 200 ? `${arg.slice(0, 200)}…` : arg))
    .join(' ');
}

/** `https://user:token@host` becomes `https://***@host`; the user of an ssh address is no secret and stays. */
export function maskCredentials(text: string): string {
  return text.replace(/\b(https?|ftps?):\/\/[^\s/]+@/gi, '$1://***@').replace(/\b(ssh|git):\/\/([^\s/@:]+):[^\s/]+@/gi, '$1://$2:***@');
}
