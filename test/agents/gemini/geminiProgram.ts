/** The real Gemini CLI, pinned to the version whose behaviour the tests state. */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { installedOnce } from '../../support/cache.ts';
import { run } from '../../support/run.ts';
import type { AgentProgram } from '../agentProgram.ts';
import { GeminiUser } from './geminiUser.ts';

const PACKAGE = '@google/gemini-cli';
const VERSION = '0.61.0';

/** Path of the program, which Node runs; the first call installs it into the tests' cache. */
export async function geminiProgram(): Promise<string> {
  const folder = await installedOnce(`gemini-cli-${VERSION}`, async (partial) => {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'convosync-test-agents', private: true }));
    // Without what it compiles for terminals and keyrings, which no test needs.
    await run('npm', ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], { cwd: partial });
  });
  return path.join(folder, 'node_modules', PACKAGE, 'bundle', 'gemini.js');
}

export const gemini: AgentProgram = {
  id: 'gemini-cli',
  version: VERSION,
  install: geminiProgram,
  user: (options) => new GeminiUser(options),
};
