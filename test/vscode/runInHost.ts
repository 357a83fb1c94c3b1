/**
 * Runs the suite of this folder inside the extension host of a real VS Code, on the extension as it is packaged and on
 * the laptop of a playground: `node test/vscode/runInHost.ts newest|oldest [file.vsix]`. The suite's own closing line
 * decides, because VS Code reports success when its extension host is killed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
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
  const suite = await bundleSuite(out);
  const extension = await unpackExtension(out, vsix);
  const report = path.join(out, 'report.txt');
  const end = await runSuite(await installHost(age), { suite, extension, report });
  const text = (await tryReadFile(report)) ?? '';
  process.stdout.write(text);
  if (!/^[1-9]\d* passed, 0 failed$/m.test(text)) {
    console.error(`✘ The suite did not pass in VS Code (${age}): ${end}`);
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Ends with what VS Code said, or why nothing was heard of it. */
async function runSuite(host: Host, { suite, extension, report }: { suite: string; extension: string; report: string }): Promise<string> {
  const { laptop } = await makePlayground(path.join(folder, 'playground'));
  const server = await startServer({
    host,
    folder: path.join(folder, 'server'),
    home: laptop.home,
    // A built VS Code runs an extension under development only with this driver switched on.
    args: ['--enable-smoke-test-driver', '--disable-workspace-trust'],
    environment: { ...laptop.environment, CONVOSYNC_TEST_REPORT: report },
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
      const payload = [['extensionDevelopmentPath', uri(extension)], ['extensionTestsPath', uri(suite)], ['skipWelcome', 'true']];
      await page.goto(`${server.url}?${new URLSearchParams({ folder: laptop.project, payload: JSON.stringify(payload) }).toString()}`);
      const end = await ended;
      if (end !== 'exit code 0') {
        await page.screenshot({ path: path.join(out, 'failed.png') }).catch(() => undefined);
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
