/** The real OpenCode, pinned to the version whose behaviour the tests state. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { installedOnce } from '../../support/cache.ts';
import { run } from '../../support/run.ts';
import type { AgentProgram } from '../agentProgram.ts';
import { offline, OpenCodeUser } from './openCodeUser.ts';

const PACKAGE = 'opencode-ai';
const VERSION = '1.18.33';

/** Path of the executable; the first call installs it into the tests' cache. */
export async function openCodeProgram(): Promise<string> {
  const folder = await installedOnce(`opencode-${VERSION}`, async (partial) => {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'convosync-test-agents', private: true }));
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], { cwd: partial });
    // The package for this platform carries the program itself; the main package only copies it in its postinstall.
    const carried = path.join(partial, 'node_modules', `opencode-${process.platform}-${process.arch}`, 'bin');
    await mkdir(path.join(partial, 'bin'));
    await cp(carried, path.join(partial, 'bin'), { recursive: true });
    await run(path.join(partial, 'bin', 'opencode'), ['--version'], { env: { PATH: process.env['PATH'], HOME: partial, ...offline } });
  });
  return path.join(folder, 'bin', 'opencode');
}

export const openCode: AgentProgram = {
  id: 'opencode',
  version: VERSION,
  environment: async () => ({ PATH: [path.dirname(await openCodeProgram()), process.env['PATH'] ?? ''].join(path.delimiter), ...offline }),
  install: openCodeProgram,
  user: (options) => new OpenCodeUser(options),
};
