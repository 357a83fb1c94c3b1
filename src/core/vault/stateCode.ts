/**
 * The state of a vault as a short code: which vault it is, how it is sealed and since when, and where every log ends. Two
 * devices that show the same code see the same sessions. The storage may show a device that looks for the first time an old
 * copy that is consistent in itself, which nothing but this comparison tells.
 */
import { type Chain, newestOf } from './epochs.ts';
import type { Heads } from './log.ts';
import { shortCode } from './shortCode.ts';

/** @param heads of all logs at the store; what waits on a device is none of the state that others see */
export function stateCode({ id, epochs }: Chain, heads: Heads): Promise<string> {
  const logs = Object.entries(heads).sort(([a], [b]) => (a < b ? -1 : 1)).flat();
  // The signature of an epoch stands for all that it says, and for every epoch before it.
  return shortCode('convosync vault state 1', 4, [id, newestOf(epochs).signature, ...logs]);
}
