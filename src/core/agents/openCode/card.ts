import type { AgentCard } from '../agentOnDemand.ts';
import { runFolder } from '../paths.ts';
import { databaseFile, newSessionId } from './store.ts';

export const card: AgentCard = {
  id: 'opencode',
  name: 'OpenCode',
  fidelity: 'records',
  forkId: newSessionId,
  resumeCommand: (id, folder, workspace) => ({ argv: ['opencode', '--session', id], folder: runFolder(workspace, folder) }),
  traces: (environment) => [databaseFile(environment)],
};
