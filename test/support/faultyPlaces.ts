/**
 * Places of real backends that fail at the n-th operation, and at every one after it, as when a connection goes or a
 * stick is pulled: before the operation was done, or after it, when only its answer is lost.
 */
import fs from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import type { Credentials } from '../../src/core/storage/openStore.ts';
import type { DeviceOptions } from './device.ts';

export type Moment = 'before' | 'after';

/** What counts operations and lets them fail. */
export interface Fault {
  /** Operations count from 1 from now on. */
  strikeAt: (operation: number, moment: Moment) => void;
  /** Ends the fault, and says whether there were as many operations. */
  calm: () => Promise<boolean>;
  stop: () => Promise<void>;
}

/** Where the sessions of a world's devices are kept. */
export interface FaultyPlace extends Fault {
  /** Path of what the code is cloned from. */
  remote: string;
  /** Where the devices find it afterwards, where that is another address. */
  origin?: string;
  /** What every device says to use; the remote without it. */
  use?: string;
  credentials?: Credentials;
  device?: DeviceOptions;
  /** Bytes that it holds; of a git repository those that are in reach. */
  stored: () => Promise<number>;
  /** What brings back what it holds now, where that does not lie in the folder of the world. */
  checkpoint?: () => Promise<() => Promise<void>>;
}

/** Stands before a web server on loopback. */
export async function startFaultyServer(upstream: number): Promise<Fault & { port: number }> {
  const strike = new Strike();
  let closing = Promise.resolve();
  // Nobody answers at the port any more: whoever asks learns it at once.
  const shut = (): void => {
    closing = new Promise((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
  };
  const server = createServer((call, answer) => {
    const fate = strike.next();
    if (fate === 'before') {
      shut();
    } else if (fate === 'gone') {
      call.socket.destroy();
    } else {
      // An operation may end before the call whose answer was to be lost does.
      forward(call, answer, upstream, fate === 'after' ? () => (strike.isOn ? shut() : call.socket.destroy()) : undefined);
    }
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    strikeAt: (operation, moment) => strike.at(operation, moment),
    calm: async () => {
      const isReached = strike.end();
      await closing;
      if (!server.listening) {
        await listen(port);
      }
      return isReached;
    },
    stop: async () => {
      if (server.listening) {
        shut();
      }
      await closing;
    },
  };
}

/** @param lost the server does what is asked, and instead of its answer this happens */
function forward(call: IncomingMessage, answer: ServerResponse, port: number, lost: (() => void) | undefined): void {
  const passed = request({ host: '127.0.0.1', port, method: call.method, path: call.url, headers: call.headers, agent: false }, (response) => {
    if (lost) {
      response.resume().once('close', lost);
      return;
    }
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passed.on('error', () => call.socket.destroy());
  call.on('error', () => passed.destroy()).pipe(passed);
}

const changing = ['link', 'mkdir', 'open', 'rename', 'rm', 'writeFile'];
const operations = [...changing, 'access', 'readFile', 'readdir', 'stat'];
type Operation = (...args: unknown[]) => Promise<unknown>;

/** What this process does to files below a folder. */
export function startFaultyFolder(folder: string): Fault {
  const strike = new Strike();
  const files = fs as unknown as Record<string, Operation>;
  const sound = operations.map((name) => [name, files[name]] as const);
  const isBelow = (file: unknown): boolean => typeof file === 'string' && (file === folder || file.startsWith(`${folder}${path.sep}`));
  for (const [name, operation] of sound) {
    files[name] = async (...args) => {
      // Of a look it makes no difference whether it fails before or after.
      const counts = args.slice(0, 2).some(isBelow) && (strike.moment === 'before' || changing.includes(name));
      const fate = counts ? strike.next() : 'none';
      const pulled = Object.assign(new Error(`EIO: the stick was pulled, ${name}`), { code: 'EIO' });
      if (fate === 'before' || fate === 'gone') {
        throw pulled;
      }
      const result = await operation?.(...args);
      if (fate === 'after') {
        throw pulled;
      }
      return result;
    };
  }
  syncBuiltinESMExports();
  return {
    strikeAt: (operation, moment) => strike.at(operation, moment),
    calm: async () => strike.end(),
    stop: async () => {
      for (const [name, operation] of sound) {
        if (operation) {
          files[name] = operation;
        }
      }
      syncBuiltinESMExports();
    },
  };
}

class Strike {
  #count = 0;
  #at = Infinity;
  moment: Moment = 'before';

  get isOn(): boolean {
    return this.#at !== Infinity;
  }

  at(operation: number, moment: Moment): void {
    this.#count = 0;
    this.#at = operation;
    this.moment = moment;
  }

  next(): Moment | 'gone' | 'none' {
    this.#count++;
    return this.#count < this.#at ? 'none' : this.#count === this.#at ? this.moment : 'gone';
  }

  end(): boolean {
    const isReached = this.#count >= this.#at;
    this.#at = Infinity;
    return isReached;
  }
}
