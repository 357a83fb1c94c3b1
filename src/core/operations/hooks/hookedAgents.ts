/** The agents in which something can be set up: one that is named, or all that were ever used on this machine. */
import type { AgentHooks } from '../../agents/hooks.ts';
import { ConvoSyncError } from '../../common/errors.ts';
import { tryLstat } from '../../common/files.ts';
import type { Home } from '../../home/home.ts';
import type { AgentHooksRequest, HookedAgent } from '../convosync.ts';
import type { Machine } from '../machine.ts';
import { type HooksState, installHooks, removeHooks, showHooks } from './agentHooks.ts';

type Describe = (machine: Machine, program: string) => Promise<AgentHooks>;

const describe: Record<HookedAgent, Describe> = {
  'claude-code': async (machine, program) => (await import('../../agents/claudeCode/hooks.ts')).claudeCodeHooks(machine, program),
  codex: async (machine, program) => (await import('../../agents/codex/hooks.ts')).codexHooks(machine, program),
  'gemini-cli': async (machine, program) => (await import('../../agents/gemini/hooks.ts')).geminiHooks(machine, program),
};

/** All of these throw as `showHooks`, before anything was changed in any agent. */
export async function showAllHooks(machine: Machine, request: AgentHooksRequest): Promise<HooksState[]> {
  return Promise.all((await chosenAgents(machine, request)).map(showHooks));
}

export async function installAllHooks(machine: Machine, home: Home, request: AgentHooksRequest): Promise<HooksState[]> {
  return changeAll(machine, request, (hooks) => installHooks(home, hooks));
}

export async function removeAllHooks(machine: Machine, home: Home, request: AgentHooksRequest): Promise<HooksState[]> {
  return changeAll(machine, request, (hooks) => removeHooks(home, hooks));
}

async function changeAll(machine: Machine, request: AgentHooksRequest, change: (hooks: AgentHooks) => Promise<HooksState>): Promise<HooksState[]> {
  const chosen = await chosenAgents(machine, request);
  await Promise.all(chosen.map(showHooks));
  const states: HooksState[] = [];
  for (const hooks of chosen) {
    states.push(await change(hooks));
  }
  return states;
}

async function chosenAgents(machine: Machine, { agent, program }: AgentHooksRequest): Promise<AgentHooks[]> {
  if (agent !== undefined) {
    return [await describe[agent](machine, program)];
  }
  const all = await Promise.all(Object.values(describe).map((of) => of(machine, program)));
  const wasUsed = await Promise.all(all.map(async ({ base }) => (await tryLstat(base)) !== undefined));
  const present = all.filter((_, index) => wasUsed[index] === true);
  if (present.length === 0) {
    throw new ConvoSyncError('usage', `None of ${all.map(({ agentName }) => agentName).join(', ')} was used on this machine yet; --agent names one to set up nevertheless.`);
  }
  return present;
}
