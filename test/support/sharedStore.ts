/** Backends over a dumb store, for the conformance suite of backends. */
import { silentLogger } from '../../src/core/common/logger.ts';
import { pause } from '../../src/core/common/pause.ts';
import { StoreBackend } from '../../src/core/storage/storeBackend.ts';
import type { Place } from '../conformance/storeSuite.ts';
import type { Store as SharedStore } from '../conformance/storageBackendSuite.ts';

/** @param setReachable where the place has no network */
export function sharedStore(place: Place, setReachable?: SharedStore['setReachable']): SharedStore {
  return {
    open: async () => new StoreBackend({ store: place.open(), vault: '0123456789abcdef0123456789abcdef', pause, random: Math.random, logger: silentLogger }),
    setReachable: setReachable ?? (async (reachable) => place.network?.proxy.change(reachable ? 'fair' : 'refused')),
    secrets: place.secrets,
    close: place.close,
  };
}
