import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { RcloneStore } from '../../src/core/storage/rclone/rcloneStore.ts';
import type { Store } from '../../src/core/storage/store.ts';
import type { Place } from '../conformance/storeSuite.ts';
import { startProxy } from './proxy.ts';
import { run } from './run.ts';

export interface RcloneRemote {
  /** A section of rclone's configuration, without its name. */
  section: readonly string[];
  /** The same for somebody who may not come in. */
  intruder?: readonly string[];
  /** In front of every folder's name. */
  root?: string;
  secrets: readonly string[];
}

/** What rclone reaches: a server, of which rclone is told the port of a proxy, or nothing of the kind. */
export type StartRcloneRemote = (folder: string) => Promise<{
  port?: number;
  remoteAt: (port: number) => Promise<RcloneRemote>;
  stop: () => Promise<void>;
}>;

/** A folder in a remote that rclone's configuration knows. */
export async function rclonePlace(start: StartRcloneRemote, { wrap = (store) => store }: { wrap?: (store: Store) => Store } = {}): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-rclone-'));
  const server = await start(folder);
  const proxy = server.port === undefined ? undefined : await startProxy(server.port);
  const { section, intruder, root = '', secrets } = await server.remoteAt(proxy?.port ?? 0);
  const file = path.join(folder, 'rclone.conf');
  writeFileSync(file, [['[cloud]', ...section], ['[intruder]', ...(intruder ?? section)]].map((lines) => `${lines.join('\n')}\n`).join('\n'));
  const env = { ...process.env, AWS_CA_BUNDLE: undefined };
  const open = (place: string): Store => wrap(new RcloneStore({ place, env: { ...env, RCLONE_CONFIG: file, RCLONE_LOW_LEVEL_RETRIES: '1', RCLONE_TIMEOUT: '30s' }, now: () => new Date(), patience: 15_000, idle: 1_000 }));
  const close = async (): Promise<void> => {
    await proxy?.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const name = `${root}Convo [Sync] sessions`;
  try {
    await open(`cloud:${name}`).create();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    open: () => open(`cloud:${name}`),
    elsewhere: () => open(`cloud:${name} elsewhere`),
    ...(proxy ? { network: { proxy, intruder: () => open(`intruder:${name}`) } } : {}),
    secrets,
    close,
  };
}

/** As rclone writes passwords into its configuration: hidden from a glance. */
export async function obscured(password: string): Promise<string> {
  return (await run('rclone', ['obscure', password])).trim();
}
