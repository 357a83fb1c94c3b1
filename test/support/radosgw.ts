/**
 * Ceph's own S3 service on loopback: one monitor, one disk in memory and the gateway. Needs root and the packages
 * ceph-mon, ceph-osd and radosgw; takes some ten seconds.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { run } from './run.ts';
import { freePort, type Server, startServer } from './server.ts';

export const s3Credentials = { accessKeyId: 'ADA', secretAccessKey: 'correct-horse-battery' };

export interface Radosgw extends Server {
  /** The person may store so many bytes in all; any number for -1. */
  limit: (bytes: number) => Promise<void>;
}

export async function startRadosgw(): Promise<Radosgw> {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-ceph-'));
  const file = path.join(folder, 'ceph.conf');
  const cluster = randomUUID();
  const monitorPort = await freePort();
  for (const name of ['mon', 'osd', 'rgw', 'run']) {
    mkdirSync(path.join(folder, name));
  }
  const configuration = (gatewayPort: number): string => `
[global]
fsid = ${cluster}
mon host = [v1:127.0.0.1:${monitorPort}]
mon initial members = a
mon data = ${folder}/mon
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd class update on start = false
osd crush update on start = false
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
admin socket = ${folder}/run/$name.asok
log file = ${folder}/$name.log
[client.rgw.a]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
`;
  const ceph = (...args: string[]): Promise<string> => run('ceph', ['--conf', file, '--connect-timeout', '30', ...args]);
  writeFileSync(file, configuration(0));
  await run('monmaptool', ['--create', '--fsid', cluster, '--addv', 'a', `[v1:127.0.0.1:${monitorPort}]`, path.join(folder, 'monmap')]);
  await run('ceph-mon', ['--conf', file, '--mkfs', '--id', 'a', '--monmap', path.join(folder, 'monmap')]);
  const servers: Server[] = [];
  const stop = async (): Promise<void> => {
    for (const server of servers.reverse()) {
      await server.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    servers.push(await startServer('ceph-mon', () => ['--conf', file, '--id', 'a', '--public-addr', '127.0.0.1', '--foreground'], monitorPort));
    const disk = randomUUID();
    await ceph('osd', 'new', disk);
    await run('ceph-osd', ['--conf', file, '--id', '0', '--mkfs', '--osd-uuid', disk]);
    await ceph('osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=here');
    servers.push(await startServer('ceph-osd', () => ['--conf', file, '--id', '0', '--foreground'], monitorPort));
    const gateway = await startServer('radosgw', (port) => {
      writeFileSync(file, configuration(port));
      return ['--conf', file, '--name', 'client.rgw.a', '--foreground'];
    });
    servers.push(gateway);
    const admin = (...args: string[]): Promise<string> => run('radosgw-admin', ['--conf', file, ...args]);
    await admin('user', 'create', '--uid=ada', '--display-name=Ada', `--access-key=${s3Credentials.accessKeyId}`, `--secret-key=${s3Credentials.secretAccessKey}`);
    return {
      port: gateway.port,
      stop,
      limit: async (bytes) => {
        await admin('quota', 'set', '--uid=ada', '--quota-scope=user', `--max-size=${bytes}`);
        await admin('quota', bytes < 0 ? 'disable' : 'enable', '--uid=ada', '--quota-scope=user');
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
