import { faultsAtEveryOperation } from '../support/faults.ts';
import { onWebdav } from '../support/faultyBackends.ts';

// A sample; every operation of every backend has its turn in a suite of its own.
faultsAtEveryOperation('a WebDAV server', onWebdav, { every: 31, of: ['a save'] });
