/**
 * simple-git for what it reads well: configuration and branches. It removes every `GIT_*` variable from its child and
 * sets one that reaches hooks, so that nothing with an environment, a network or a hook of the user's goes through it;
 * those are calls of `Git`.
 */
import { simpleGit } from 'simple-git';
import type { SimpleGit } from 'simple-git';
import { ConvoSyncError } from '../common/errors.ts';
import { classifyGitFailure } from './failure.ts';
import type { Git } from './git.ts';

/** Which configuration is in force must be the same for both ways of asking. */
const configurationVariables = /^GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|OPTIONAL_LOCKS|TERMINAL_PROMPT)$/i;

/** A reader for one call or a few; fails with the errors of `Git.run`. The folder must exist. */
export function porcelain(git: Git, folder: string, signal?: AbortSignal): SimpleGit {
  const env = Object.entries(git.environment({ readOnly: true })).filter(([name]) => !/^GIT_|^(SSH_ASKPASS|EDITOR|VISUAL|PAGER|PREFIX)$/i.test(name) || configurationVariables.test(name));
  return simpleGit({
    baseDir: folder,
    binary: git.binary,
    allowEnvironment: env.map(([name]) => name),
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeConfigEnvCount: true, allowUnsafeCustomBinary: true },
    completion: { onClose: true, onExit: false },
    errors: (error, { exitCode, stdErr }) => {
      if (signal?.aborted === true) {
        return new ConvoSyncError('cancelled', 'Cancelled.', { cause: signal.reason });
      }
      return exitCode === 0 ? error : classifyGitFailure([], { exitCode, stderr: Buffer.concat(stdErr).toString('utf8') });
    },
    ...(signal ? { abort: signal } : {}),
  }).env(Object.fromEntries(env));
}
