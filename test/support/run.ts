import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';

/** What a command wrote, once it has ended with status 0; throws with its standard error otherwise. */
export async function run(command: string, args: readonly string[], options: Omit<SpawnOptions, 'stdio'> = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, args, options);
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${stderr || stdout}`);
  }
  return stdout;
}

export interface Attempt {
  /** null when a signal ended the command. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Like `run`, for commands that are allowed to fail. Throws only when the command cannot be started. */
export function attempt(command: string, args: readonly string[], options: Omit<SpawnOptions, 'stdio'> = {}): Promise<Attempt> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}
