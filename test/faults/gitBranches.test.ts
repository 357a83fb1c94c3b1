import { faultsAtEveryOperation } from '../support/faults.ts';
import { onGitServer } from '../support/faultyBackends.ts';

faultsAtEveryOperation('branches of a git remote', onGitServer(() => 'branches'));
