import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { mayHaveOpen, runningPrograms } from '../../../../src/core/agents/runningPrograms.ts';
import { temporaryFolderPerTest } from '../../../support/temporaryFolder.ts';

describe('programs that run', () => {
  const temporary = temporaryFolderPerTest();

  it('are found by name and folder, and may have open what changed since they began', async function () {
    if (process.platform !== 'linux' && process.platform !== 'darwin') {
      this.skip();
    }
    const folder = realpathSync(temporary.path);
    const script = path.join(folder, 'my-agent.js');
    await writeFile(script, 'process.stdin.resume();');
    const before = Date.now() - 1000;
    const child = spawn(process.execPath, [script], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    try {
      const programs = await runningPrograms('my-agent', process.platform);
      const after = Date.now() + 1000;
      assert.deepEqual(programs?.map((program) => program.folder), [folder]);
      assert.deepEqual(await runningPrograms('your-agent', process.platform), []);
      assert.equal(mayHaveOpen(programs, { folder, modified: after }), true);
      assert.equal(mayHaveOpen(programs, { folder, modified: before }), false);
      assert.equal(mayHaveOpen(programs, { folder: path.dirname(folder), modified: after }), false);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.deepEqual(await runningPrograms('my-agent', process.platform), []);
  });

  it('are not known on a system that does not tell, where only what changed just now counts as open', async () => {
    const programs = await runningPrograms('my-agent', 'win32');
    assert.equal(programs, undefined);
    assert.equal(mayHaveOpen(programs, { folder: temporary.path, modified: Date.now() }), true);
    assert.equal(mayHaveOpen(programs, { folder: temporary.path, modified: Date.now() - 60_000 }), false);
  });
});
