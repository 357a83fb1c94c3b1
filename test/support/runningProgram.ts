import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A live program of this name in `folder`, which has just written into the transcript, until `stop`.
 *
 * @param scratch where its script may lie
 */
export async function runProgram(name: string, { scratch, folder, transcript }: { scratch: string; folder: string; transcript: string }): Promise<{ stop: () => Promise<void> }> {
  const program = path.join(scratch, `${name}.js`);
  await mkdir(scratch, { recursive: true });
  await writeFile(program, 'process.stdin.resume();');
  // A person takes a moment to start it after what they did before, and a program to write; a system counts in hundredths of a second.
  await sleep(100);
  const child = spawn(process.execPath, [program], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  await sleep(100);
  await utimes(transcript, new Date(), new Date());
  return {
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
