/**
 * OpenStack Swift on loopback, whose S3 service knows no conditional requests. Each of its servers is there once, over one
 * folder. Needs root: Swift reads one file from /etc alone, so it runs where that is another folder.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { run } from './run.ts';
import type { S3Service } from './s3Place.ts';
import { freePort, type Server, startServer, untilAnswers } from './server.ts';

export const swiftCredentials: Omit<S3Service, 'port'> = { accessKeyId: 'ada:ada', secretAccessKey: 'correct-horse-battery' };

export async function startSwift(): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-swift-'));
  const settings = path.join(folder, 'settings');
  mkdirSync(settings);
  mkdirSync(path.join(folder, 'disks', 'disk'), { recursive: true });
  const common = (port: number): string => `[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = ${port}\nworkers = 0\nuser = root\nswift_dir = ${settings}\nlog_address = /dev/null\n`;
  writeFileSync(path.join(settings, 'swift.conf'), '[swift-hash]\nswift_hash_path_prefix = before\nswift_hash_path_suffix = after\n[storage-policy:0]\nname = only\ndefault = yes\n');
  const kinds = ['account', 'container', 'object'];
  const behind: number[] = [];
  for (const kind of kinds) {
    const port = await freePort();
    behind.push(port);
    const ring = (...args: string[]): Promise<string> => run('swift-ring-builder', [path.join(settings, `${kind}.builder`), ...args]);
    await ring('create', '2', '1', '1');
    await ring('add', `r1z1-127.0.0.1:${port}/disk`, '1');
    await ring('rebalance');
    writeFileSync(path.join(settings, `${kind}.conf`), `${common(port)}devices = ${folder}/disks\nmount_check = false\ndisable_fallocate = true\n[pipeline:main]\npipeline = ${kind}-server\n[app:${kind}-server]\nuse = egg:swift#${kind}\n`);
  }
  const cachePort = await freePort();
  writeFileSync(path.join(folder, 'start'), `
mount --bind ${settings} /etc/swift
memcached -u root -l 127.0.0.1 -p ${cachePort} &
${kinds.map((kind) => `swift-${kind}-server /etc/swift/${kind}.conf &`).join('\n')}
exec swift-proxy-server /etc/swift/proxy.conf
`);
  const server = await startServer('unshare', (port) => {
    writeFileSync(path.join(settings, 'proxy.conf'), `${common(port)}
[pipeline:main]
pipeline = catch_errors cache s3api tempauth proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_${swiftCredentials.accessKeyId.replace(':', '_')} = ${swiftCredentials.secretAccessKey} .admin
`);
    return ['--mount', '--pid', '--fork', '--kill-child', 'sh', path.join(folder, 'start')];
  });
  // Its front answers before what stands behind it does, with errors.
  await Promise.all([...behind, cachePort].map(untilAnswers));
  return {
    port: server.port,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
