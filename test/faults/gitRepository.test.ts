import { faultsAtEveryOperation } from '../support/faults.ts';
import { onGitServer } from '../support/faultyBackends.ts';

faultsAtEveryOperation('a git repository of its own', onGitServer((own) => `git:${own}`));
