import { faultsAtEveryOperation } from '../support/faults.ts';
import { byRclone } from '../support/faultyBackends.ts';

faultsAtEveryOperation('rclone over a WebDAV server', byRclone);
