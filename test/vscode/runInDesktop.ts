/**
 * The same suite in the desktop VS Code, which is downloaded: for what only that one has, such as the system's secret
 * store. Not part of `npm test`: `npm run test:desktop`, where downloads are allowed and there is a screen.
 */
import { runTests } from '@vscode/test-electron';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { makePlayground } from '../playground/make.ts';
import { bundleSuite, emptyOut, unpackExtension } from './bundle.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'convosync-desktop-'));
try {
  const out = await emptyOut('desktop');
  const { laptop } = await makePlayground(path.join(folder, 'playground'));
  await runTests({
    extensionDevelopmentPath: await unpackExtension(out),
    extensionTestsPath: await bundleSuite(out),
    extensionTestsEnv: laptop.environment,
    launchArgs: [laptop.project, '--disable-workspace-trust', '--disable-extensions', '--user-data-dir', path.join(folder, 'user')],
  });
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
