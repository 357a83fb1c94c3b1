import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
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
    const [before, after] = [path.join(folder, 'before'), path.join(folder, 'after')];
    await Promise.all([writeFile(script, 'process.stdin.resume();'), writeFile(before, ''), writeFile(after, '')]);
    await utimes(before, new Date(), Date.now() / 1000 - 60);
    const child = spawn(process.execPath, [script], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    try {
      await utimes(after, new Date(), Date.now() / 1000 + 60);
      assert.deepEqual((await runningPrograms('my-agent', process.platform))?.map((program) => program.folder), [folder]);
      assert.deepEqual(await runningPrograms('your-agent', process.platform), []);
      assert.equal(await mayHaveOpen('my-agent', { folder, transcript: after }, process.platform), true);
      assert.equal(await mayHaveOpen('my-agent', { folder, transcript: before }, process.platform), false);
      assert.equal(await mayHaveOpen('my-agent', { folder: path.dirname(folder), transcript: after }, process.platform), false);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.equal(await mayHaveOpen('my-agent', { folder, transcript: after }, process.platform), false);
  });

  it('are not known on a system that does not tell, where only what changed just now counts as open', async () => {
    const transcript = path.join(temporary.path, 'transcript');
    await writeFile(transcript, '');
    assert.equal(await runningPrograms('my-agent', 'win32'), undefined);
    assert.equal(await mayHaveOpen('my-agent', { folder: temporary.path, transcript }, 'win32'), true);
    await utimes(transcript, new Date(), Date.now() / 1000 - 60);
    assert.equal(await mayHaveOpen('my-agent', { folder: temporary.path, transcript }, 'win32'), false);
  });
});
