/**
 * What ConvoSync sets up in an agent, when a person asks for it: one entry in the agent's settings, by which its start asks
 * whether another device left something, and commands that can be typed inside it.
 */
import * as z from 'zod';

export interface AgentHooks {
  /** As the agent is called in the registry, and by its name for people. */
  agent: string;
  agentName: string;
  /** Absolute path of the agent's own folder, which is there wherever the agent was ever used. */
  base: string;
  /** Absolute path of the agent's settings, a JSON file. */
  settings: string;
  /** The agent reads the file with comments in it too. */
  takesComments: boolean;
  /** Where in it the list lies that the entry belongs into. */
  list: readonly string[];
  entry: unknown;
  /** An entry of ours, of this or an earlier version. */
  isOurs: (entry: unknown) => boolean;
  /** The agent runs the entry only after a person has approved it inside the agent. */
  needsApproval: boolean;
  /** Files that are ours as a whole, by their absolute paths. */
  files: ReadonlyMap<string, string>;
}

const Entry = z.looseObject({ hooks: z.array(z.looseObject({ command: z.string() })).length(1) });

/**
 * The entry for agents that take hooks as Claude Code does: run at every start and resume, with what it prints as context.
 *
 * @param program how ConvoSync is called in a shell
 * @param options of the hook, in the agent's own words; it takes two seconds at most by itself
 */
export function startHook(program: string, options: Readonly<Record<string, unknown>>): Pick<AgentHooks, 'list' | 'entry' | 'isOurs'> {
  return {
    list: ['hooks', 'SessionStart'],
    entry: { hooks: [{ type: 'command', command: `${program} hooks run session-start`, ...options }] },
    isOurs: (entry) => /(?:convosync|cli\.mjs).* hooks run session-start$/.test(Entry.safeParse(entry).data?.hooks[0]?.command ?? ''),
  };
}
