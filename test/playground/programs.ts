import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { claudeProgram } from '../agents/claudeCode/claudeProgram.ts';
import { claudeEnvironment } from '../agents/claudeCode/claudeUser.ts';
import type { PlaygroundDevice } from './make.ts';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * The device with `convosync` (as built in dist/) and the real `claude` on its PATH, the latter set up as by somebody
 * who has used it before.
 * @param model address of the model that answers, see ModelStub
 */
export async function withPrograms(device: PlaygroundDevice, model: string): Promise<PlaygroundDevice> {
  const bin = path.join(device.home, '.local/bin');
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, 'convosync'), `#!/bin/sh\nexec '${process.execPath}' '${path.join(root, 'dist/cli.mjs')}' "$@"\n`, { mode: 0o755 });

  const claude = claudeEnvironment({ home: device.home, model });
  await writeFile(path.join(device.home, '.claude.json'), JSON.stringify({
    hasCompletedOnboarding: true,
    theme: 'light',
    customApiKeyResponses: { approved: [claude['ANTHROPIC_API_KEY']], rejected: [] },
    projects: { [device.project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  }));

  const searched = [bin, path.dirname(await claudeProgram()), device.environment['PATH'] ?? ''].join(path.delimiter);
  // VS Code asks a login shell for the environment of its terminals, and that shell begins with a PATH of the system's.
  for (const profile of ['.bash_profile', '.bashrc', '.zshenv']) {
    await writeFile(path.join(device.home, profile), `export PATH='${searched}'\n`);
  }
  return { ...device, environment: { ...claude, ...device.environment, PATH: searched } };
}
