/**
 * What a person types into VS Code's input box for git is asked for by every single git process, of which a save starts
 * several. Where no credential helper of the user's keeps it, git's own helper does, in memory and for a few minutes (see
 * git-credential-cache(1)); git forgets what a remote refuses.
 */
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';

/** Seconds: longer than a save takes, shorter than a break. */
const remembered = 300;

/**
 * Variables for the environment of git; none where the user has a helper. Windows has one with Git, and no sockets for this.
 *
 * @param home ConvoSync's own folder
 */
export async function credentialMemory(git: string, env: Readonly<Record<string, string | undefined>>, home: string): Promise<Record<string, string>> {
  if (process.platform === 'win32' || (await hasHelper(git, env))) {
    return {};
  }
  const first = Number.parseInt(env['GIT_CONFIG_COUNT'] ?? '0', 10) || 0;
  return {
    [`GIT_CONFIG_KEY_${first}`]: 'credential.helper',
    [`GIT_CONFIG_VALUE_${first}`]: `cache --timeout=${remembered} --socket='${path.join(home, 'credentials', 'socket').replaceAll("'", "'\\''")}'`,
    GIT_CONFIG_COUNT: String(first + 1),
  };
}

async function hasHelper(git: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(git, ['config', '--get-regexp', '^credential\\.(.*\\.)?helper$'], { env, cwd: env['HOME'] });
    return stdout.trim() !== '';
  } catch {
    // Git says so with an exit code; and without git nothing is asked.
    return false;
  }
}
