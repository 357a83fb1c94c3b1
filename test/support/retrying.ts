import { silentLogger } from '../../src/core/common/logger.ts';
import { pause } from '../../src/core/common/pause.ts';
import { RetryingStore } from '../../src/core/storage/retry.ts';
import type { Store } from '../../src/core/storage/store.ts';

/** A store that tries again as the product does, with pauses of no more than some milliseconds. */
export function retrying(store: Store): Store {
  return new RetryingStore(store, { pause: (milliseconds, signal) => pause(Math.min(milliseconds, 10), signal), random: Math.random, logger: silentLogger });
}
