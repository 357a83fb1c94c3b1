import { faultsAtEveryOperation } from '../support/faults.ts';
import { onGitServer } from '../support/faultyBackends.ts';

faultsAtEveryOperation('a git remote', onGitServer());
