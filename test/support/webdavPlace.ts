import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Store } from '../../src/core/storage/store.ts';
import { WebdavStore } from '../../src/core/storage/webdav/webdavStore.ts';
import type { Place } from '../conformance/storeSuite.ts';
import { startProxy } from './proxy.ts';
import { credentials, type StartWebdav } from './webdavServers.ts';

export interface WebdavPlaceOptions {
  /** Such as by tries; not at all without it. */
  wrap?: (store: Store) => Store;
  /** Milliseconds in which the server has to say something. */
  patience?: number;
}

/** A folder on a WebDAV server, behind a proxy in which the weather can be made. */
export async function webdavPlace(start: StartWebdav, { wrap = (store) => store, patience = 500 }: WebdavPlaceOptions = {}): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-webdav-'));
  const server = await start(folder);
  const proxy = await startProxy(server.port);
  const open = (name: string, user: { user: string; password: string }, patient = patience): Store => wrap(new WebdavStore({ address: `http://127.0.0.1:${proxy.port}/${name}`, ...user, patience: patient }));
  const close = async (): Promise<void> => {
    await proxy.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await open('ConvoSync%20sessions', credentials).create();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    open: () => open('ConvoSync%20sessions', credentials),
    elsewhere: () => open('elsewhere', credentials),
    // Servers take their time to say no.
    network: { proxy, intruder: () => open('ConvoSync%20sessions', { user: 'mallory', password: 'open-sesame' }, 10_000) },
    secrets: [credentials.password, 'open-sesame', ...['ada:correct-horse', 'mallory:open-sesame'].map((pair) => Buffer.from(pair).toString('base64'))],
    close,
  };
}
