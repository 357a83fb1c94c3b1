/** The program itself, which alone writes into its database. It says little of what went wrong: whoever asks looks himself. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';

import { ConvoSyncError } from '../../common/errors.ts';
import type { AgentEnvironment } from '../agent.ts';

const longestRun = 120_000;

/** Its path, from `PATH` or where its own installer puts it; undefined where there is none that can be run. */
export async function findProgram({ env, userHome, platform }: AgentEnvironment): Promise<string | undefined> {
  const folders = [...(env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((folder) => folder !== ''), path.join(userHome, '.opencode', 'bin')];
  for (const folder of folders) {
    const program = path.join(folder, platform === 'win32' ? 'opencode.exe' : 'opencode');
    if (await canRun(program)) {
      return program;
    }
  }
  return undefined;
}

async function canRun(program: string): Promise<boolean> {
  try {
    await access(program, constants.X_OK);
    return (await stat(program)).isFile();
  } catch {
    return false;
  }
}

/**
 * @param folder to run it in
 * @throws ConvoSyncError `install-failed`; `cancelled`
 */
export async function runProgram(environment: AgentEnvironment, args: readonly string[], folder: string, signal?: AbortSignal): Promise<void> {
  const program = await findProgram(environment);
  if (program === undefined) {
    throw new ConvoSyncError('install-failed', 'OpenCode is not found.', { details: { reason: 'program-missing', agentName: 'OpenCode' } });
  }
  const env = { ...environment.env, HOME: environment.userHome, OPENCODE_DISABLE_AUTOUPDATE: '1' };
  try {
    await promisify(execFile)(program, args, { cwd: folder, env, timeout: longestRun, windowsHide: true, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (signal?.aborted === true) {
      throw new ConvoSyncError('cancelled', 'Cancelled.', { cause: error });
    }
    throw new ConvoSyncError('install-failed', 'OpenCode could not take the conversation.', { details: { reason: 'program-failed', agentName: 'OpenCode' }, cause: error });
  }
}
