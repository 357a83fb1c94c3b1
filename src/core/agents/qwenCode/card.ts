import { randomUUID } from 'node:crypto';
import * as path from 'node:path';

import type { AgentCard } from '../agentOnDemand.ts';
import { runFolder } from '../paths.ts';

export const card: AgentCard = {
  id: 'qwen-code',
  name: 'Qwen Code',
  fidelity: 'bytes',
  forkId: randomUUID,
  /** With `--continue` the program begins a new conversation where it finds none, without a word. */
  resumeCommand: (id, folder, workspace) => ({ argv: ['qwen', '--resume', id], folder: runFolder(workspace, folder) }),
  /** Elsewhere it may be anywhere. */
  traces: ({ env, userHome }) => [(env['QWEN_HOME'] ?? '') + (env['QWEN_RUNTIME_DIR'] ?? '') === '' ? path.join(userHome, '.qwen') : userHome],
};
