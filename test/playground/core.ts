/** ConvoSync on a device of the playground, beside whatever else runs there: as the command line would. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { silentLogger } from '../../src/core/common/logger.ts';
import type { ConvoSync } from '../../src/core/operations/convosync.ts';
import { createConvoSync } from '../../src/core/operations/createConvoSync.ts';
import type { SaveRequest } from '../../src/core/operations/plan.ts';
import { withReadableVault } from '../support/readableVault.ts';
import type { PlaygroundDevice } from './make.ts';

/** Its first save makes a vault that is not sealed. */
export function coreOf({ name, home, environment }: PlaygroundDevice): ConvoSync {
  return withReadableVault(createConvoSync({
    userHome: home, env: environment, platform: process.platform, hostname: name, deviceKind: name,
    now: () => new Date(), logger: silentLogger, gitEnv: environment, handoffFile: 'none',
  }));
}

/** Saves the project as it is and sends it; resolves to the session's id. */
export async function saveProject(device: PlaygroundDevice, message: string, request: SaveRequest = {}): Promise<string> {
  const core = coreOf(device);
  const { outcome, session } = await core.save(await core.planSave(device.project, { message, force: true, ...request }));
  assert.equal(outcome, 'sent');
  return session;
}

/** Writes the message into `notes.md` and saves that as a snapshot. */
export async function saveNotes(device: PlaygroundDevice, message: string): Promise<string> {
  await writeFile(path.join(device.project, 'notes.md'), `${message}\n`);
  return saveProject(device, message, { snapshot: true });
}
