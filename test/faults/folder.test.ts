import { faultsAtEveryOperation } from '../support/faults.ts';
import { inFolder } from '../support/faultyBackends.ts';

faultsAtEveryOperation('a folder', inFolder);
