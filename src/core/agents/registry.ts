import type { Agent, AgentEnvironment } from './agent.ts';
import { ClaudeCodeAgent } from './claudeCode/claudeCode.ts';
import { CopilotCliAgent } from './copilotCli/copilotCli.ts';
import { GeminiAgent } from './gemini/gemini.ts';

/** Every agent that ConvoSync knows. A new one is one folder, one line here, and one in the conformance suite. */
export function createAgents(environment: AgentEnvironment): Agent[] {
  return [new ClaudeCodeAgent(environment), new CopilotCliAgent(environment), new GeminiAgent(environment)];
}
