// Mocha's "spec" report, closed by lines that test/run.mjs reads: "failed in test/ui/a.test.ts" for each such file, and "12 passed, 0 failed".
import * as path from 'node:path';
import Mocha from 'mocha';

export default class ClosingLine extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures } = this.stats;
    for (const file of new Set(this.failures.map((test) => path.relative('.', test.file)))) {
      Mocha.reporters.Base.consoleLog(`failed in ${file}`);
    }
    Mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed`);
  }
}
