/** Every backend as a place that fails. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { StartFaultyPlace } from './faults.ts';
import { startFaultyFolder, startFaultyServer } from './faultyPlaces.ts';
import { startGitHttpServer } from './gitHttpServer.ts';
import { s3Credentials } from './radosgw.ts';
import { obscured } from './rclonePlace.ts';
import { credentials, startLighttpd } from './webdavServers.ts';

export const inFolder: StartFaultyPlace = async (world) => {
  const stick = path.join(world.folder, 'stick');
  return { remote: world.remote(), use: stick, ...startFaultyFolder(stick) };
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
    stop: async () => {
      await faulty.stop();
      await server.stop();
    },
  };
};

/** The same server, spoken to by rclone. */
export const byRclone: StartFaultyPlace = async (world) => {
  const served = await onWebdav(world);
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(served.use ?? '') ?? [];
  const file = path.join(world.folder, 'rclone.conf');
  writeFileSync(file, ['[cloud]', 'type = webdav', `url = http://127.0.0.1:${port}`, 'vendor = other', `user = ${credentials.user}`, `pass = ${await obscured(credentials.password)}`, ''].join('\n'));
  const { remote, strikeAt, calm, stop } = served;
  return { remote, strikeAt, calm, stop, use: 'rclone:cloud:sessions', device: { env: { RCLONE_CONFIG: file, RCLONE_LOW_LEVEL_RETRIES: '1' } } };
};

/** @param port of a running S3 service */
export const inBucket = (port: () => number): StartFaultyPlace => async (world) => {
  world.now = new Date();
  const faulty = await startFaultyServer(port());
  return {
    ...faulty,
    remote: world.remote(),
    use: `s3:http://127.0.0.1:${faulty.port}/faults-${randomBytes(6).toString('hex')}/convosync`,
    credentials: { user: s3Credentials.accessKeyId, password: s3Credentials.secretAccessKey },
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
    stop: async () => {
      await faulty.stop();
      await server.stop();
    },
  };
};
