import { faultsAtEveryOperation } from '../support/faults.ts';
import { onWebdav } from '../support/faultyBackends.ts';

faultsAtEveryOperation('a WebDAV server', onWebdav);
