import { randomUUID } from 'node:crypto';

import type { AgentCard } from '../agentOnDemand.ts';
import { storageFolders } from './store.ts';

export const card: AgentCard = {
  id: 'vscode-chat',
  name: 'VS Code Chat',
  fidelity: 'shown',
  forkId: randomUUID,
  resumeCommand: (_id, _folder, workspace) => ({ argv: ['code', workspace.folder], folder: workspace.folder }),
  traces: storageFolders,
};
