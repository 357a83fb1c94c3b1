/**
 * The stores by address: an absolute path is a folder, `https://…` a folder on a WebDAV server, and
 * `s3:https://<service>/<bucket>/<folder>` a bucket of an S3-compatible service (`?region=…` where its name does not say).
 * Credentials are never part of an address.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import { pause } from '../common/pause.ts';
import { FolderStore } from './folder/folderStore.ts';
import { RetryingStore } from './retry.ts';
import { S3Store } from './s3/s3Store.ts';
import type { Store } from './store.ts';
import { WebdavStore } from './webdav/webdavStore.ts';

export interface Credentials {
  /** For S3 the id of an access key. */
  user: string;
  /** For S3 its secret. */
  password: string;
}

/**
 * An address as it is remembered.
 *
 * @param from folder that a relative path starts from
 * @param userHome what `~` stands for
 * @throws ConvoSyncError `usage` for what is no address, or holds a password
 */
export function readStoreAddress(text: string, { from, userHome }: { from: string; userHome: string }): string {
  const [, kind = '', rest = ''] = /^(s3:)?(https?:\/\/.*)$/i.exec(text) ?? [];
  if (rest === '') {
    if (/^[a-z][a-z0-9+.-]+:/i.test(text) && !path.isAbsolute(text)) {
      throw new ConvoSyncError('usage', `“${text}” is no place for sessions: give a folder, https://… of a WebDAV server, or s3:https://… of a bucket.`);
    }
    return path.resolve(from, text.replace(/^~(?=$|[\\/])/, userHome));
  }
  let url: URL;
  try {
    url = new URL(rest);
  } catch (error) {
    throw new ConvoSyncError('usage', `“${rest}” is no address.`, { cause: error });
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConvoSyncError('usage', 'The address holds a name or a password: leave them out, they are asked for and kept apart.');
  }
  if (kind !== '' && url.pathname.split('/').filter(Boolean).length === 0) {
    throw new ConvoSyncError('usage', 'The address names no bucket: s3:https://<service>/<bucket>.');
  }
  return `${kind.toLowerCase()}${url.href.replace(/\/+$/, '')}`;
}

/** A folder needs nobody to sign in. */
export function needsCredentials(address: string): boolean {
  return /^(s3:)?https?:/.test(address);
}

export function openStore(address: string, { user, password }: Credentials, { logger, now }: { logger: Logger; now: () => Date }): Store {
  const store = address.startsWith('s3:')
    ? new S3Store({ ...bucketIn(new URL(address.slice('s3:'.length))), accessKeyId: user, secretAccessKey: password, now })
    : needsCredentials(address) ? new WebdavStore({ address, user, password }) : new FolderStore(address);
  return new RetryingStore(store, { pause, random: Math.random, logger });
}

function bucketIn(url: URL): { endpoint: string; region: string; bucket: string; prefix: string } {
  const [bucket = '', ...folders] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  // Amazon's own addresses name the region; others take what they get.
  const region = url.searchParams.get('region') ?? /^s3[.-]([a-z0-9-]+)\.amazonaws\.com$/.exec(url.hostname)?.[1] ?? 'us-east-1';
  return { endpoint: url.origin, region, bucket, prefix: folders.map((folder) => `${folder}/`).join('') };
}
