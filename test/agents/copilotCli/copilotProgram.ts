/** The real GitHub Copilot CLI, pinned to the version whose behaviour the tests state. */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { installedOnce } from '../../support/cache.ts';
import { run } from '../../support/run.ts';
import type { AgentProgram } from '../agentProgram.ts';
import { CopilotUser } from './copilotUser.ts';

const PACKAGE = '@github/copilot';
const VERSION = '1.0.102';

export interface CopilotProgram {
  /** Path of the executable. */
  program: string;
  /** Where it unpacks itself at its first start, some 200 MB: the same for all users. */
  unpacked: string;
}

/** The first call installs it into the tests' cache. */
export async function copilotProgram(): Promise<CopilotProgram> {
  const folder = await installedOnce(`copilot-cli-${VERSION}`, async (partial) => {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'convosync-test-agents', private: true }));
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], { cwd: partial });
    const { program, unpacked } = within(partial);
    await run(program, ['--version'], { env: { PATH: process.env['PATH'], HOME: partial, XDG_CACHE_HOME: unpacked, COPILOT_OFFLINE: 'true', COPILOT_AUTO_UPDATE: 'false' } });
  });
  return within(folder);
}

/** The package for this platform carries the program itself; the main package only starts it. */
function within(folder: string): CopilotProgram {
  const program = path.join(folder, 'node_modules', `${PACKAGE}-${process.platform}-${process.arch}`, process.platform === 'win32' ? 'copilot.exe' : 'copilot');
  return { program, unpacked: path.join(folder, 'unpacked') };
}

export const copilotCli: AgentProgram = {
  id: 'copilot-cli',
  version: VERSION,
  install: async () => (await copilotProgram()).program,
  user: (options) => new CopilotUser(options),
};
