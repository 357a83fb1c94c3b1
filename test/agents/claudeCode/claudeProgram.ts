/** The real Claude Code, pinned to the version whose behaviour the tests state. */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { installedOnce } from '../../support/cache.ts';
import { run } from '../../support/run.ts';
import type { AgentProgram } from '../agentProgram.ts';
import { ClaudeUser } from './claudeUser.ts';

const PACKAGE = '@anthropic-ai/claude-code';
const VERSION = '2.1.329';

/** Path of the executable; the first call installs it into the tests' cache. */
export async function claudeProgram(): Promise<string> {
  const folder = await installedOnce(`claude-code-${VERSION}`, async (partial) => {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'convosync-test-agents', private: true }));
    // --force: on an older Node npm would silently take another version, though the program is a native one.
    await run('npm', ['install', '--force', '--ignore-scripts', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], { cwd: partial });
    await run(nativeBinary(partial), ['--version']);
  });
  return nativeBinary(folder);
}

/** The package for this platform carries the program itself; the main package only links to it in its postinstall. */
function nativeBinary(folder: string): string {
  return path.join(folder, 'node_modules', `${PACKAGE}-${process.platform}-${process.arch}`, process.platform === 'win32' ? 'claude.exe' : 'claude');
}

export const claudeCode: AgentProgram = {
  id: 'claude-code',
  version: VERSION,
  install: claudeProgram,
  user: (options) => new ClaudeUser(options),
};
