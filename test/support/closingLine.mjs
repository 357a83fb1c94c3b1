// Mocha's "spec" report, closed by the one line that test/run.mjs reads: "12 passed, 0 failed".
import Mocha from 'mocha';

export default class ClosingLine extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures } = this.stats;
    Mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed`);
  }
}
