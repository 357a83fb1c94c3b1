/** Backends over a dumb store, for the conformance suite of backends. */
import { silentLogger } from '../../src/core/common/logger.ts';
import { pause } from '../../src/core/common/pause.ts';
import type { Store } from '../../src/core/storage/store.ts';
import { StoreBackend } from '../../src/core/storage/storeBackend.ts';
import type { Place } from '../conformance/storeSuite.ts';
import type { Store as SharedStore } from '../conformance/storageBackendSuite.ts';

/** @param setReachable where the place has no network */
export function sharedStore(place: Place, setReachable?: SharedStore['setReachable']): SharedStore {
  const backendOf = async (store: Store): Promise<StoreBackend> => new StoreBackend({ store, vault: '0123456789abcdef0123456789abcdef', pause, random: Math.random, logger: silentLogger });
  const { network } = place;
  return {
    open: () => backendOf(place.open()),
    elsewhere: () => backendOf(place.elsewhere()),
    ...(network ? { intruder: () => backendOf(network.intruder()) } : {}),
    setReachable: setReachable ?? (async (reachable) => network?.proxy.change(reachable ? 'fair' : 'refused')),
    secrets: place.secrets,
    close: place.close,
  };
}
