import { randomBytes } from 'node:crypto';
import { S3Store } from '../../src/core/storage/s3/s3Store.ts';
import type { Place } from '../conformance/storeSuite.ts';
import { startProxy } from './proxy.ts';

export interface S3Service {
  port: number;
  accessKeyId: string;
  secretAccessKey: string;
}

/** A folder in a bucket of its own, behind a proxy in which the weather can be made. */
export async function s3Place({ port, ...credentials }: S3Service, { now = () => new Date() }: { now?: () => Date } = {}): Promise<Place> {
  const proxy = await startProxy(port);
  const name = `sessions-${randomBytes(6).toString('hex')}`;
  const open = (bucket: string, keys: { accessKeyId: string; secretAccessKey: string } = credentials, patience = 1_500): S3Store =>
    new S3Store({ endpoint: `http://127.0.0.1:${proxy.port}`, region: 'us-east-1', bucket, prefix: 'convosync/', ...keys, now, patience });
  // The very first bucket and the very first object of a service take their time.
  const patient = open(name, credentials, 20_000);
  try {
    await patient.create();
    await patient.put('first', Buffer.alloc(0));
    await patient.delete('first');
  } catch (error) {
    await proxy.stop();
    throw error;
  }
  return {
    open: () => open(name),
    elsewhere: () => open(`${name}-elsewhere`),
    network: { proxy, intruder: () => open(name, { ...credentials, secretAccessKey: 'open-sesame' }) },
    secrets: [credentials.secretAccessKey, credentials.accessKeyId, 'open-sesame'],
    close: proxy.stop,
  };
}
