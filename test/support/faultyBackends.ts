/** Every backend as a place that fails. */
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { StartFaultyPlace } from './faults.ts';
import { startFaultyFolder, startFaultyServer } from './faultyPlaces.ts';
import { startGitHttpServer } from './gitHttpServer.ts';
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

/** @param use given the address of an own repository at the server; the remote of the code keeps the sessions without it */
export const onGitServer = (use?: (own: string) => string): StartFaultyPlace => async (world) => {
  const code = world.remote();
  const own = world.remote('sessions.git');
  const server = await startGitHttpServer({ folder: path.dirname(code) });
  const faulty = await startFaultyServer(Number(new URL(server.url).port));
  const at = (repository: string): string => `http://127.0.0.1:${faulty.port}/${path.basename(repository)}`;
  return {
    ...faulty,
    remote: at(code),
    ...(use ? { use: use(at(own)) } : {}),
    stop: async () => {
      await faulty.stop();
      await server.stop();
    },
  };
};
