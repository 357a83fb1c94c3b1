import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

/**
 * A live program of this name in `folder`, which has just written into the transcript, until `stop`.
 *
 * @param scratch where its script may lie
 */
export async function runProgram(name: string, { scratch, folder, transcript }: { scratch: string; folder: string; transcript: string }): Promise<{ stop: () => Promise<void> }> {
  const program = path.join(scratch, `${name}.js`);
  await mkdir(scratch, { recursive: true });
  await writeFile(program, 'process.stdin.resume();');
  // A person takes a moment to start it after what they did before.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const child = spawn(process.execPath, [program], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  await utimes(transcript, new Date(), new Date());
  return {
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
