import { isErrno } from '../common/files.ts';

/**
 * Whether a process has this number. When the number was given to another process since, what is dead looks alive: the
 * harmless side, for we only wait or fork.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}
