/**
 * What the extension host calls as its tests: runs every `*.test.cjs` in the folder beside this bundle that
 * CONVOSYNC_TEST_SUITE names. The console there is shared with the workbench's own log, so the report goes to the file
 * named by CONVOSYNC_TEST_REPORT.
 */
import { appendFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { format } from 'node:util';

export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const report = process.env['CONVOSYNC_TEST_REPORT'];
  const print = (...args: unknown[]): void => (report === undefined ? console.log(...args) : appendFileSync(report, `${format(...args)}\n`));
  (Mocha.reporters.Base as unknown as { consoleLog: typeof print }).consoleLog = print;

  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 30_000, forbidOnly: true });
  const suite = path.join(__dirname, process.env['CONVOSYNC_TEST_SUITE'] ?? 'repository');
  for (const name of (await readdir(suite)).filter((one) => one.endsWith('.test.cjs')).sort()) {
    mocha.addFile(path.join(suite, name));
  }
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      print(`${runner.stats?.passes ?? 0} passed, ${failures} failed`);
      if (failures > 0) {
        reject(new Error(`${failures} failed`));
      } else {
        resolve();
      }
    });
  });
}
