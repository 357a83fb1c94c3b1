import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from './errors.ts';

/** Waits so many milliseconds. Throws `cancelled` as soon as the signal fires. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export const pause: Pause = async (milliseconds, signal) => {
  try {
    await delay(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
};
