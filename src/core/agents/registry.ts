import * as path from 'node:path';

import type { Agent, AgentEnvironment } from './agent.ts';
import { AgentOnDemand } from './agentOnDemand.ts';
import { ClaudeCodeAgent } from './claudeCode/claudeCode.ts';
import { card as codex } from './codex/card.ts';
import { card as copilotCli } from './copilotCli/card.ts';
import { card as geminiCli } from './gemini/card.ts';
import { card as openCode } from './openCode/card.ts';
import { card as qwenCode } from './qwenCode/card.ts';
import { card as vscodeChat } from './vscodeChat/card.ts';

/**
 * Every agent that ConvoSync knows. A new one is one folder, one line here, and one in the conformance suite.
 *
 * @param recordsFolder an absolute folder of ours for what is made from agents' databases
 */
export function createAgents(environment: AgentEnvironment, recordsFolder: string): Agent[] {
  return [
    new ClaudeCodeAgent(environment),
    new AgentOnDemand(codex, environment, async () => new (await import('./codex/codex.ts')).CodexAgent(environment)),
    new AgentOnDemand(copilotCli, environment, async () => new (await import('./copilotCli/copilotCli.ts')).CopilotCliAgent(environment)),
    new AgentOnDemand(geminiCli, environment, async () => new (await import('./gemini/gemini.ts')).GeminiAgent(environment)),
    new AgentOnDemand(openCode, environment, async () => new (await import('./openCode/openCode.ts')).OpenCodeAgent(environment, path.join(recordsFolder, openCode.id))),
    new AgentOnDemand(qwenCode, environment, async () => new (await import('./qwenCode/qwenCode.ts')).QwenCodeAgent(environment)),
    new AgentOnDemand(vscodeChat, environment, async () => new (await import('./vscodeChat/vscodeChat.ts')).VscodeChatAgent(environment)),
  ];
}
