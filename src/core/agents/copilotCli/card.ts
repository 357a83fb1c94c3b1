import { randomUUID } from 'node:crypto';

import type { AgentCard } from '../agentOnDemand.ts';
import { runFolder } from '../paths.ts';
import { baseFolder } from './store.ts';

export const card: AgentCard = {
  id: 'copilot-cli',
  name: 'Copilot CLI',
  fidelity: 'bytes',
  forkId: randomUUID,
  resumeCommand: (id, folder, workspace) => ({ argv: ['copilot', '--resume', id], folder: runFolder(workspace, folder) }),
  traces: (environment) => [baseFolder(environment)],
};
