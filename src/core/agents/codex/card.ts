import { randomUUID } from 'node:crypto';

import type { AgentCard } from '../agentOnDemand.ts';
import { runFolder } from '../paths.ts';
import { baseFolder } from './store.ts';

export const card: AgentCard = {
  id: 'codex',
  name: 'Codex',
  fidelity: 'bytes',
  forkId,
  resumeCommand: (id, folder, workspace) => ({ argv: ['codex', 'resume', id], folder: runFolder(workspace, folder) }),
  traces: (environment) => [baseFolder(environment)],
};

/** Of the form that Codex gives: it begins with the time, in milliseconds. */
function forkId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
