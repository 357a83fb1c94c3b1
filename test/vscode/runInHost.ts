/**
 * Runs the suites of this folder inside the extension host of a real VS Code, on the extension as it is packaged and on
 * the laptop of a playground: `node test/vscode/runInHost.ts newest|oldest [file.vsix]`. `repository` runs in a window
 * on the project, `fresh` in one on an empty folder of somebody who never used ConvoSync. The suites' own closing lines
 * decide, because VS Code reports success when its extension host is killed.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { tryReadFile } from '../../src/core/common/files.ts';
import { launchBrowser, windowOptions } from '../host/browser.ts';
import { hostAges, installHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { startServer } from '../host/server.ts';
import { makePlayground } from '../playground/make.ts';
import { bundleSuite, emptyOut, unpackExtension } from './bundle.ts';

const LIMIT_MS = 240_000;
const [wantedAge, vsix] = process.argv.slice(2);
const age = hostAges.find((one) => one === wantedAge) ?? 'newest';

const folder = await mkdtemp(path.join(tmpdir(), 'convosync-host-'));
const out = await emptyOut(`host-${age}`);
try {
  const bundle = await bundleSuite(out);
  const extension = await unpackExtension(out, vsix);
  const host = await installHost(age);
  const { laptop } = await makePlayground(path.join(folder, 'playground'));
  const windows: Window[] = [
    { suite: 'repository', opens: laptop.project, home: laptop.home, environment: laptop.environment, settings: { 'chat.disableAIFeatures': false } },
    { suite: 'fresh', opens: path.join(folder, 'empty'), home: path.join(folder, 'home'), environment: { CONVOSYNC_HOME: path.join(folder, 'home/convosync') } },
  ];
  const total = { passed: 0, failed: 0 };
  for (const window of windows) {
    const report = path.join(out, `${window.suite}.txt`);
    const end = await runSuite(host, { bundle, extension, report }, window);
    const text = (await tryReadFile(report)) ?? '';
    process.stdout.write(text);
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(text) ?? [];
    total.passed += Number(passed ?? 0);
    total.failed += Number(failed ?? 1);
    if (!(Number(passed) > 0) || Number(failed) !== 0) {
      console.error(`✘ The suite "${window.suite}" did not pass in VS Code (${age}): ${end}`);
      process.exitCode = 1;
    }
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

interface Window {
  /** The folder of tests beside this file. */
  suite: string;
  /** The folder that the window shows. */
  opens: string;
  home: string;
  environment: Readonly<Record<string, string>>;
  settings?: Readonly<Record<string, unknown>>;
}

/** Ends with what VS Code said, or why nothing was heard of it. */
async function runSuite(host: Host, { bundle, extension, report }: { bundle: string; extension: string; report: string }, { suite, opens, home, environment, settings = {} }: Window): Promise<string> {
  await mkdir(opens, { recursive: true });
  const server = await startServer({
    host,
    folder: path.join(folder, `server-${suite}`),
    home,
    settings,
    // A built VS Code runs an extension under development only with this driver switched on.
    args: ['--enable-smoke-test-driver', '--disable-workspace-trust'],
    environment: { ...environment, CONVOSYNC_TEST_SUITE: suite, CONVOSYNC_TEST_REPORT: report },
  });
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage(windowOptions);
      const errors: string[] = [];
      const ended = new Promise<string>((resolve) => {
        setTimeout(() => resolve(`no end after ${LIMIT_MS / 1000} s`), LIMIT_MS).unref();
        page.once('crash', () => resolve('the page crashed'));
        void page.exposeFunction('codeAutomationExit', (code: number) => resolve(`exit code ${code}`));
        void page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
          if (type === 'error') {
            errors.push(args.join(' '));
          }
        });
      });
      const uri = (file: string): string => `vscode-remote://${server.authority}${file}`;
      const payload = [['extensionDevelopmentPath', uri(extension)], ['extensionTestsPath', uri(bundle)], ['skipWelcome', 'true']];
      await page.goto(`${server.url}?${new URLSearchParams({ folder: opens, payload: JSON.stringify(payload) }).toString()}`);
      const end = await ended;
      if (end !== 'exit code 0') {
        await page.screenshot({ path: path.join(out, `failed-${suite}.png`) }).catch(() => undefined);
        return [end, ...errors.slice(-15)].join('\n');
      }
      return end;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}
