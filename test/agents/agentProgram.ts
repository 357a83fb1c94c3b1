/** The real programs of agents, each with a HOME and an environment of its own, talking to a model on loopback. */

export interface AgentUserOptions {
  /** HOME of the program; nothing else of this machine's user is visible to it. */
  home: string;
  /** Where the program is started. */
  folder: string;
  /** Address of the model, see ModelStub. */
  model: string;
}

export interface Turn {
  answer: string;
  /** The id of the conversation that the program worked in. */
  sessionId: string;
}

/** A person at one machine who talks to an agent, one prompt per call, without a screen. */
export interface AgentUser {
  /** Says one thing: in a new conversation, or as the next turn of the one named by `resume`. */
  say(prompt: string, options?: { resume?: string }): Promise<Turn>;

  /**
   * The whole environment of a terminal of theirs, in which the program is found by its name, after it was set up to ask
   * nothing at its start. Absent where no test types.
   */
  terminal?(): Promise<Record<string, string>>;
}

export interface AgentProgram {
  /** As ConvoSync calls the agent. */
  id: string;
  /** What ConvoSync itself has to see of the environment; absent where it needs no program. */
  environment?: () => Promise<Record<string, string>>;
  /** The version that the tests state the behaviour of. */
  version: string;
  /** Installs it into the tests' cache, where it is not there yet; returns the path of the executable. */
  install(): Promise<string>;
  /** Writes the settings that the program is to find, where it needs any. */
  user(options: AgentUserOptions): AgentUser;
}
