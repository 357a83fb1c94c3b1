/** The real Codex, pinned to the version whose behaviour the tests state. */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { installedOnce } from '../../support/cache.ts';
import { run } from '../../support/run.ts';
import type { AgentProgram } from '../agentProgram.ts';
import { CodexUser } from './codexUser.ts';

const PACKAGE = '@openai/codex';
const VERSION = '0.169.0';

const targets: Readonly<Record<string, string>> = {
  'darwin-arm64': 'aarch64-apple-darwin',
  'darwin-x64': 'x86_64-apple-darwin',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'linux-x64': 'x86_64-unknown-linux-musl',
  'win32-arm64': 'aarch64-pc-windows-msvc',
  'win32-x64': 'x86_64-pc-windows-msvc',
};

/** Path of the executable; the first call installs it into the tests' cache. */
export async function codexProgram(): Promise<string> {
  const folder = await installedOnce(`codex-${VERSION}`, async (partial) => {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'convosync-test-agents', private: true }));
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], { cwd: partial });
    await run(nativeBinary(partial), ['--version'], { env: { HOME: partial } });
  });
  return nativeBinary(folder);
}

/** The package for this platform carries the program itself; the main package only starts it. */
function nativeBinary(folder: string): string {
  const platform = `${process.platform}-${process.arch}`;
  return path.join(folder, 'node_modules', `${PACKAGE}-${platform}`, 'vendor', targets[platform] ?? '', 'bin', process.platform === 'win32' ? 'codex.exe' : 'codex');
}

export const codex: AgentProgram = {
  id: 'codex',
  version: VERSION,
  install: codexProgram,
  user: (options) => new CodexUser(options),
};
