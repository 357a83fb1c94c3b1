/**
 * ConvoSync's home on this machine: what extension and CLI share and nobody else reads. Everything in it is durable
 * except `records`, and the repositories and each `index.sqlite` and `search.sqlite` in `vaults`, which can be had again.
 */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConvoSyncError } from '../common/errors.ts';

export interface HomeEnvironment {
  env: Readonly<Record<string, string | undefined>>;
  userHome: string;
  platform: NodeJS.Platform;
}

/**
 * `CONVOSYNC_HOME`, else a folder of ours in the platform's folder for application data; absolute.
 *
 * @throws ConvoSyncError `home-unusable` for a relative `CONVOSYNC_HOME`: it would be another home in every folder
 */
export function resolveHome({ env, userHome, platform }: HomeEnvironment): string {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const chosen = env['CONVOSYNC_HOME'] ?? '';
  if (chosen !== '') {
    if (!paths.isAbsolute(chosen)) {
      throw new ConvoSyncError('home-unusable', 'CONVOSYNC_HOME is not an absolute path.', { details: { folder: chosen, reason: 'relative' } });
    }
    return chosen;
  }
  if (platform === 'darwin') {
    return paths.join(userHome, 'Library', 'Application Support', 'ConvoSync');
  }
  if (platform === 'win32') {
    return paths.join(env['LOCALAPPDATA'] ?? paths.join(userHome, 'AppData', 'Local'), 'ConvoSync');
  }
  // The XDG base directory specification wants relative values ignored.
  const dataHome = env['XDG_DATA_HOME'] ?? '';
  return paths.join(paths.isAbsolute(dataHome) ? dataHome : paths.join(userHome, '.local', 'share'), 'convosync');
}

/**
 * Milliseconds after which every file system's clock shows a later time: a new home's last change must be told from its
 * birth (see `homeInode`).
 */
const laterTick = 20;

export class Home {
  readonly root: string;

  /** @param root absolute (see `resolveHome`) */
  constructor(root: string) {
    this.root = root;
  }

  get deviceFile(): string {
    return path.join(this.root, 'device.json');
  }

  /** What is to become of things that look like secrets, by fingerprints that tell nobody else anything. */
  get secretsFile(): string {
    return path.join(this.root, 'secrets.json');
  }

  /** What a person was asked once and need not be asked again. */
  get answersFile(): string {
    return path.join(this.root, 'answers.json');
  }

  /** Ids and keys of writers, one document per vault. */
  get writersFolder(): string {
    return path.join(this.root, 'writers');
  }

  /** What is known of each vault, and bare git repositories that cache its objects. */
  get vaultsFolder(): string {
    return path.join(this.root, 'vaults');
  }

  /** Operations that are running, or were when their process ended. */
  get journalFolder(): string {
    return path.join(this.root, 'journal');
  }

  get undoFolder(): string {
    return path.join(this.root, 'undo');
  }

  /** Which other repositories go with a checkout. */
  get companionsFolder(): string {
    return path.join(this.root, 'companions');
  }

  /** Install maps: what was written where when a conversation was resumed. */
  get installsFolder(): string {
    return path.join(this.root, 'installs');
  }

  /** What was read of long transcripts, which can be read again. */
  get readingsFolder(): string {
    return path.join(this.root, 'readings');
  }

  /** What was set up in agents. */
  get hooksFolder(): string {
    return path.join(this.root, 'hooks');
  }

  /** Conversations of agents that keep them in a database, as files that can be made again. */
  get recordsFolder(): string {
    return path.join(this.root, 'records');
  }

  /** The last heads seen of each vault's logs. */
  get headsFolder(): string {
    return path.join(this.root, 'heads');
  }

  get locksFolder(): string {
    return path.join(this.root, 'locks');
  }

  /**
   * Creates what is missing, readable by the user alone. Permissions of folders that exist are left as they are.
   *
   * @throws ConvoSyncError `home-unusable`
   */
  async prepare(): Promise<void> {
    const folders = [this.writersFolder, this.vaultsFolder, this.journalFolder, this.undoFolder, this.installsFolder, this.headsFolder, this.locksFolder];
    try {
      const isNew = (await mkdir(this.root, { recursive: true, mode: 0o700 })) !== undefined;
      if (isNew) {
        await delay(laterTick);
      }
      for (const folder of folders) {
        await mkdir(folder, { recursive: true, mode: 0o700 });
      }
      await access(this.root, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new ConvoSyncError('home-unusable', "ConvoSync's home cannot be written.", { cause: error, details: { folder: this.root } });
    }
  }
}
