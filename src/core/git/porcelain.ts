/**
 * simple-git for what it reads well: configuration and the list of remotes. It removes every `GIT_*` variable from its child
 * and sets one that reaches hooks, so that nothing with an environment, a network or a hook of the user's goes through it;
 * those are calls of `Git`.
 */
import { simpleGit } from 'simple-git';
import type { SimpleGit, SimpleGitOptions } from 'simple-git';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { maskCredentials } from './failure.ts';
import type { Git } from './git.ts';

/** Which configuration is in force must be the same for both ways of asking. */
const configurationVariables = /^GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|OPTIONAL_LOCKS|TERMINAL_PROMPT)$/i;
/** What simple-git refuses to hand on. */
const guardedVariables = /^(GIT_.*|SSH_ASKPASS|EDITOR|VISUAL|PAGER|PREFIX)$/i;

/**
 * simple-git refuses settings that can start programs, for the sake of servers that take them from strangers. Here they are the
 * user's own, from `GIT_CONFIG_COUNT` and its kin, and hold for every other git process of ours.
 */
const usersOwn: NonNullable<SimpleGitOptions['unsafe']> = {
  allowUnsafeAlias: true,
  allowUnsafeAskPass: true,
  allowUnsafeCommandBinaries: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeCustomBinary: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeDiffTextConv: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafeMergeDriver: true,
  allowUnsafePack: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeSubmodule: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
};

/** One question to simple-git. Throws `cancelled`, or `git-failed` with git's words as `details.stderr`. The folder must exist. */
export async function askPorcelain<T>(git: Git, folder: string, question: (porcelain: SimpleGit) => PromiseLike<T>, signal?: AbortSignal): Promise<T> {
  throwIfCancelled(signal);
  const env = Object.entries(git.environment({ readOnly: true })).filter(([name]) => configurationVariables.test(name) || !guardedVariables.test(name));
  const porcelain = simpleGit({
    baseDir: folder,
    binary: git.binary,
    allowEnvironment: env.map(([name]) => name),
    unsafe: usersOwn,
    // Output counts as complete when the pipe is closed, not some time after the end of the process.
    completion: { onClose: true, onExit: false },
    ...(signal ? { abort: signal } : {}),
  }).env(Object.fromEntries(env));
  try {
    return await question(porcelain);
  } catch (error) {
    throwIfCancelled(signal);
    throw new ConvoSyncError('git-failed', 'git could not be asked.', { cause: error, details: { stderr: maskCredentials(error instanceof Error ? error.message : '').trim() } });
  }
}
