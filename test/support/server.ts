import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Server {
  port: number;
  stop: () => Promise<void>;
}

/**
 * Starts a program that stays in the foreground, and waits until it answers at a port of loopback.
 *
 * @param wanted the port, where it cannot be any
 */
export async function startServer(command: string, argsFor: (port: number) => readonly string[], wanted?: number): Promise<Server> {
  const port = wanted ?? (await freePort());
  // Debian puts servers where only root looks.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  const child = spawn(command, argsFor(port), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  for (let waited = 0; !(await Promise.race([answers(port), failed])); waited += 20) {
    if (child.exitCode !== null || waited > 15_000) {
      await stop(child);
      throw new Error(`${command} does not answer at port ${port}:\n${said}`);
    }
    await delay(20);
  }
  return { port, stop: () => stop(child) };
}

/** Waits until a server answers that something else has started. */
export async function untilAnswers(port: number): Promise<void> {
  for (let waited = 0; !(await answers(port)); waited += 20) {
    if (waited > 15_000) {
      throw new Error(`Nobody answers at port ${port}.`);
    }
    await delay(20);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const end = once(child, 'exit');
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await end;
    clearTimeout(limit);
  }
}

/** Nobody else asks for it in the moment between, as far as tests on loopback go. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
