/** What this machine is, read once at start. */
import { existsSync, readFileSync } from 'node:fs';
import * as os from 'node:os';
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Logger } from '../core/common/logger.ts';
import { megabyte } from '../core/git/leftOut.ts';
import { borrowKeychain, lentKeys } from '../core/home/lentKeychain.ts';
import type { Machine } from '../core/operations/machine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export function readMachine(options: { env: Environment; logger: Logger; now: () => Date; handoffFile: Machine['handoffFile']; asksNothing: boolean }): Machine {
  const { env, logger, now, handoffFile, asksNothing } = options;
  const machineId = tryRead('/etc/machine-id') ?? tryRead('/var/lib/dbus/machine-id');
  const { [lentKeys]: lent, ...gitEnv } = env;
  return {
    userHome: os.homedir(),
    env,
    platform: process.platform,
    hostname: os.hostname(),
    deviceKind: deviceKind(env, { exists: existsSync, chassis: tryRead('/sys/class/dmi/id/chassis_type') }),
    ...(machineId === undefined ? {} : { machineId }),
    now,
    logger,
    gitEnv: asksNothing ? { ...gitEnv, GIT_ASKPASS: undefined, SSH_ASKPASS: undefined } : gitEnv,
    ...(lent === undefined ? {} : { keychain: borrowKeychain(lent) }),
    leaveOut: readLeaveOut(env),
    retention: readRetention(env),
    undoRetention: readUndoRetention(env),
    handoffFile,
  };
}

/**
 * A number of days or sessions; 0 for what never ends.
 *
 * @throws ConvoSyncError `usage` for what is no number: what is kept would not be what was meant
 */
export function readRetention(env: Environment): NonNullable<Machine['retention']> {
  const [days, sessions, trashDays] = ['CONVOSYNC_RETENTION_DAYS', 'CONVOSYNC_RETENTION_SESSIONS', 'CONVOSYNC_TRASH_DAYS'].map((name) => readNumber(env, name));
  return {
    ...(days === undefined ? {} : { days: days || undefined }),
    ...(sessions === undefined ? {} : { sessions: sessions || undefined }),
    ...(trashDays === undefined ? {} : { trashDays }),
  };
}

/** Numbers of days and of undo points; 0 for what never ends. Throws as `readRetention`. */
export function readUndoRetention(env: Environment): NonNullable<Machine['undoRetention']> {
  const [days, points] = ['CONVOSYNC_UNDO_DAYS', 'CONVOSYNC_UNDO_POINTS'].map((name) => readNumber(env, name));
  return { ...(days === undefined ? {} : { days: days || undefined }), ...(points === undefined ? {} : { points: points || undefined }) };
}

/**
 * Patterns with commas or line breaks between them, and a number of megabytes; 0 for files of any size.
 *
 * @throws ConvoSyncError `usage` for what is no number
 */
export function readLeaveOut(env: Environment): NonNullable<Machine['leaveOut']> {
  const megabytes = readNumber(env, 'CONVOSYNC_LARGEST_FILE');
  const patterns = (env['CONVOSYNC_EXCLUDE'] ?? '').split(/[,\n]/).map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
  return { patterns, ...(megabytes === undefined ? {} : { largest: megabytes === 0 ? Infinity : megabytes * megabyte }) };
}

function readNumber(env: Environment, name: string): number | undefined {
  const text = env[name] ?? '';
  if (!/^\d{0,6}$/.test(text)) {
    throw new ConvoSyncError('usage', `${name} has to be a whole number, or 0: it is “${text}”.`);
  }
  return text === '' ? undefined : Number(text);
}

/** Chassis types of the System Management BIOS specification (table "System Enclosure or Chassis Types"). */
const laptops = new Set(['8', '9', '10', '14', '30', '31', '32']);
const desktops = new Set(['3', '4', '5', '6', '7', '13', '15', '16', '24', '35', '36']);

export function deviceKind(env: Environment, machine: { exists: (path: string) => boolean; chassis: string | undefined }): Machine['deviceKind'] {
  if (env['TERMUX_VERSION']) {
    return 'phone';
  }
  if (machine.exists('/.dockerenv') || machine.exists('/run/.containerenv')) {
    return 'container';
  }
  if (env['SSH_CONNECTION']) {
    return 'remote';
  }
  const chassis = machine.chassis ?? '';
  return laptops.has(chassis) ? 'laptop' : desktops.has(chassis) ? 'desktop' : 'unknown';
}

function tryRead(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
