/**
 * What ConvoSync sets up in an agent, when a person asks for it: one entry in the agent's settings, by which its start asks
 * whether another device left something, and commands that can be typed inside it.
 */
export interface AgentHooks {
  /** As the agent is called in the registry, and by its name for people. */
  agent: string;
  agentName: string;
  /** Absolute path of the agent's settings, a JSON file. */
  settings: string;
  /** Where in it the list lies that the entry belongs into. */
  list: readonly string[];
  entry: unknown;
  /** An entry of ours, of this or an earlier version. */
  isOurs: (entry: unknown) => boolean;
  /** Files that are ours as a whole, by their absolute paths. */
  files: ReadonlyMap<string, string>;
}
