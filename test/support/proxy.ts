/** A TCP proxy on loopback before a server, in which the weather of a network can be made. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** `cutAfter`: of each connection, once so many bytes went through it in one direction. `answer`: in place of the server's. */
export type Weather = 'fair' | 'refused' | 'silent' | { cutAfter: number } | { answer: string };

export interface Proxy {
  port: number;
  /** Cuts the connections of the old weather. */
  change: (weather: Weather) => Promise<void>;
  stop: () => Promise<void>;
}

/** @param port of the server on loopback */
export async function startProxy(port: number): Promise<Proxy> {
  const open = new Set<Socket>();
  let weather: Weather = 'fair';
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    return socket.on('error', () => socket.destroy()).once('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (weather === 'silent') {
      client.resume();
    } else if (typeof weather === 'object' && 'answer' in weather) {
      const { answer } = weather;
      client.once('data', () => client.end(answer)).resume();
    } else {
      pass(client, keep(connect(port, '127.0.0.1')), typeof weather === 'object' ? weather.cutAfter : Infinity);
    }
  });
  const listen = (at: number): Promise<void> => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
    open.forEach((socket) => socket.destroy());
  });
  await listen(0);
  const { port: own } = server.address() as AddressInfo;
  return {
    port: own,
    change: async (next) => {
      weather = next;
      await close();
      if (next !== 'refused') {
        await listen(own);
      }
      // Whoever kept a connection for later has learnt by then that it is gone.
      await delay(10);
    },
    stop: close,
  };
}

function pass(client: Socket, server: Socket, limit: number): void {
  for (const [from, to] of [[client, server], [server, client]] as const) {
    let passed = 0;
    from.on('data', (bytes: Buffer) => {
      passed += bytes.byteLength;
      if (passed > limit) {
        client.destroy();
        server.destroy();
      } else if (!to.write(bytes)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.once('end', () => to.end());
    from.once('close', () => to.destroy());
  }
}
