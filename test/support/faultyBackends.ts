/** Every backend as a place that fails. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { S3Store } from '../../src/core/storage/s3/s3Store.ts';
import type { Store } from '../../src/core/storage/store.ts';
import type { StartFaultyPlace } from './faultyPair.ts';
import { startFaultyFolder, startFaultyServer } from './faultyPlaces.ts';
import { startGitHttpServer } from './gitHttpServer.ts';
import { GitServerRepository } from './gitServerRepository.ts';
import { s3Credentials } from './radosgw.ts';
import { obscured } from './rclonePlace.ts';
import { credentials, startLighttpd } from './webdavServers.ts';

export const inFolder: StartFaultyPlace = async (world) => {
  const stick = path.join(world.folder, 'stick');
  return { remote: world.remote(), use: stick, stored: async () => bytesBelow(stick), ...startFaultyFolder(stick) };
};

export const onWebdav: StartFaultyPlace = async (world) => {
  const folder = path.join(world.folder, 'dav');
  mkdirSync(folder);
  const server = await startLighttpd(folder);
  const faulty = await startFaultyServer(server.port);
  return {
    ...faulty,
    remote: world.remote(),
    use: `http://127.0.0.1:${faulty.port}/sessions`,
    credentials,
    stored: async () => bytesBelow(path.join(folder, 'root')),
    stop: async () => {
      await faulty.stop();
      await server.stop();
    },
  };
};

/** The same server, spoken to by rclone. */
export const byRclone: StartFaultyPlace = async (world) => {
  const { remote, use = '', stored, strikeAt, calm, stop } = await onWebdav(world);
  const file = path.join(world.folder, 'rclone.conf');
  writeFileSync(file, ['[cloud]', 'type = webdav', `url = ${new URL(use).origin}`, 'vendor = other', `user = ${credentials.user}`, `pass = ${await obscured(credentials.password)}`, ''].join('\n'));
  return { remote, stored, strikeAt, calm, stop, use: 'rclone:cloud:sessions', device: { env: { RCLONE_CONFIG: file, RCLONE_LOW_LEVEL_RETRIES: '1' } } };
};

/** @param port of a running S3 service */
export const inBucket = (port: () => number): StartFaultyPlace => async (world) => {
  const faulty = await startFaultyServer(port());
  const bucket = `faults-${randomBytes(6).toString('hex')}`;
  const store = new S3Store({ endpoint: `http://127.0.0.1:${port()}`, region: 'us-east-1', bucket, prefix: 'convosync/', ...s3Credentials, now: () => new Date() });
  return {
    ...faulty,
    remote: world.remote(),
    use: `s3:http://127.0.0.1:${faulty.port}/${bucket}/convosync`,
    credentials: { user: s3Credentials.accessKeyId, password: s3Credentials.secretAccessKey },
    stored: async () => [...(await sizesIn(store)).values()].reduce((sum, size) => sum + size, 0),
    checkpoint: () => checkpointOf(store),
  };
};

/** @param use given the address of an own repository at the server; the remote of the code keeps the sessions without it */
export const onGitServer = (use?: (own: string) => string): StartFaultyPlace => async (world) => {
  const code = world.remote();
  const own = world.remote('sessions.git');
  const server = await startGitHttpServer({ folder: path.dirname(code) });
  const faulty = await startFaultyServer(Number(new URL(server.url).port));
  const at = (repository: string): string => `http://127.0.0.1:${faulty.port}/${path.basename(repository)}`;
  return {
    ...faulty,
    remote: code,
    origin: at(code),
    ...(use ? { use: use(at(own)) } : {}),
    stored: async () => [code, own].map((folder) => Number(new GitServerRepository(world, folder).git('rev-list', '--objects', '--all', '--disk-usage'))).reduce((sum, size) => sum + size),
    stop: async () => {
      await faulty.stop();
      await server.stop();
    },
  };
};

function bytesBelow(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}

/** Of every object in a store. */
async function sizesIn(store: Store, folder = ''): Promise<Map<string, number>> {
  const { objects, folders } = await store.list(folder);
  const below = await Promise.all(folders.map((name) => sizesIn(store, `${folder}${name}/`)));
  return new Map([...objects.map(({ name, size }) => [`${folder}${name}`, size] as const), ...below.flatMap((sizes) => [...sizes])]);
}

/** Objects are named by content: one that is there with the right size is the right one. */
async function checkpointOf(store: Store): Promise<() => Promise<void>> {
  const kept = await Promise.all([...(await sizesIn(store)).keys()].map(async (key) => [key, await store.get(key)] as const));
  return async () => {
    const now = await sizesIn(store);
    const before = new Map(kept);
    await Promise.all([...now.keys()].filter((key) => !before.has(key)).map((key) => store.delete(key)));
    await Promise.all(kept.filter(([key, bytes]) => now.get(key) !== bytes.byteLength).map(([key, bytes]) => store.put(key, bytes, { replace: true })));
  };
}
