/** The real Qwen Code, pinned to the version whose behaviour the tests state. */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { installedOnce } from '../../support/cache.ts';
import { run } from '../../support/run.ts';
import type { AgentProgram } from '../agentProgram.ts';
import { QwenUser } from './qwenUser.ts';

const PACKAGE = '@qwen-code/qwen-code';
const VERSION = '0.24.4';

/** Path of the program, which Node runs; the first call installs it into the tests' cache. */
export async function qwenProgram(): Promise<string> {
  const folder = await installedOnce(`qwen-code-${VERSION}`, async (partial) => {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'convosync-test-agents', private: true }));
    // Without what it compiles for terminals, which no test needs.
    await run('npm', ['install', '--force', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], { cwd: partial });
  });
  return path.join(folder, 'node_modules', '.bin', 'qwen');
}

export const qwenCode: AgentProgram = {
  id: 'qwen-code',
  version: VERSION,
  install: qwenProgram,
  user: (options) => new QwenUser(options),
};
