/**
 * The stores by address: an absolute path is a folder, `https://…` a folder on a WebDAV server,
 * `s3:https://<service>/<bucket>/<folder>` a bucket of an S3-compatible service (`?region=…` where its name does not say), and
 * `rclone:<remote>:<folder>` a folder in what rclone knows under a name. Credentials are never part of an address.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import type { Logger } from '../common/logger.ts';
import { pause } from '../common/pause.ts';
import { FolderStore } from './folder/folderStore.ts';
import { assertOneLine } from './oneLine.ts';
import { RcloneStore } from './rclone/rcloneStore.ts';
import { RetryingStore } from './retry.ts';
import { S3Store } from './s3/s3Store.ts';
import type { Store } from './store.ts';
import { StorePlace } from './storePlace.ts';
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
 * @throws ConvoSyncError `usage` for what is no address, holds a password, or is not one line
 */
export function readStoreAddress(text: string, { from, userHome }: { from: string; userHome: string }): string {
  assertOneLine(text);
  if (/^rclone:/i.test(text)) {
    return readRcloneAddress(text);
  }
  const [, kind = '', rest = ''] = /^(s3:)?(https?:\/\/.*)$/i.exec(text) ?? [];
  if (rest === '') {
    if (/^[a-z][a-z0-9+.-]+:/i.test(text) && !path.isAbsolute(text)) {
      throw new ConvoSyncError('usage', marked`“${text}” is no place for sessions: give a folder, https://… of a WebDAV server, s3:https://… of a bucket, rclone:<remote>:<folder>, or git:… of a repository.`);
    }
    const folder = path.resolve(from, text.replace(/^~(?=$|[\\/])/, userHome));
    assertOneLine(folder);
    return folder;
  }
  let url: URL;
  try {
    url = new URL(rest);
  } catch (error) {
    throw new ConvoSyncError('usage', marked`“${rest}” is no address.`, { cause: error });
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConvoSyncError('usage', marked`The address holds a name or a password: leave them out, they are asked for and kept apart.`);
  }
  if (kind !== '' && url.pathname.split('/').filter(Boolean).length === 0) {
    throw new ConvoSyncError('usage', marked`The address names no bucket: s3:https://<service>/<bucket>.`);
  }
  return `${kind.toLowerCase()}${url.href.replace(/\/+$/, '')}`;
}

/** Remotes by their names alone: one that is described in the address itself could hold a password. */
function readRcloneAddress(text: string): string {
  const [, remote = '', folder = ''] = /^rclone:([\p{L}\p{N}_.+@][\p{L}\p{N}_.+@ -]*):(.*)$/isu.exec(text) ?? [];
  const trimmed = folder.replace(/\/+$/, '');
  if (remote === '' || trimmed === '') {
    throw new ConvoSyncError('usage', marked`An address for rclone names a remote of its configuration and a folder in it: rclone:<remote>:<folder>. See “rclone listremotes”.`);
  }
  return `rclone:${remote}:${trimmed}`;
}

/** A folder needs nobody to sign in, and rclone signs in by itself. */
export function needsCredentials(address: string): boolean {
  return /^(s3:)?https?:/.test(address);
}

export interface StoreSurroundings {
  logger: Logger;
  now: () => Date;
  /** The user's environment, for programs that are theirs. */
  env: Readonly<Record<string, string | undefined>>;
}

export function openStore(address: string, credentials: Credentials, surroundings: StoreSurroundings): StorePlace {
  const { logger } = surroundings;
  return new StorePlace(new RetryingStore(openUntried(address, credentials, surroundings), { pause, random: Math.random, logger }), logger);
}

function openUntried(address: string, { user, password }: Credentials, { now, env }: StoreSurroundings): Store {
  if (address.startsWith('rclone:')) {
    return new RcloneStore({ place: address.slice('rclone:'.length), env, now });
  }
  if (address.startsWith('s3:')) {
    return new S3Store({ ...bucketIn(new URL(address.slice('s3:'.length))), accessKeyId: user, secretAccessKey: password, now });
  }
  return needsCredentials(address) ? new WebdavStore({ address, user, password }) : new FolderStore(address);
}

function bucketIn(url: URL): { endpoint: string; region: string; bucket: string; prefix: string } {
  const [bucket = '', ...folders] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  // Amazon's own addresses name the region; others take what they get.
  const region = url.searchParams.get('region') ?? /^s3[.-]([a-z0-9-]+)\.amazonaws\.com$/.exec(url.hostname)?.[1] ?? 'us-east-1';
  return { endpoint: url.origin, region, bucket, prefix: folders.map((folder) => `${folder}/`).join('') };
}
