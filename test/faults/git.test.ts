import { faultsAtEveryOperation } from '../support/faults.ts';
import { onGitServer } from '../support/faultyBackends.ts';

faultsAtEveryOperation('a git remote', onGitServer());
faultsAtEveryOperation('a git repository of its own', onGitServer((own) => `git:${own}`));
faultsAtEveryOperation('branches of a git remote', onGitServer(() => 'branches'));
