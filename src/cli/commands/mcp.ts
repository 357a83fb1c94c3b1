import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { SessionReader } from '../mcp/sessionReader.ts';
import { vaultOption, withCommonOptions } from '../options.ts';

interface McpOptions extends CommonOptions {
  vault?: VaultChoice;
}

const examples = `
Examples:
  convosync mcp                                    started by an agent, in the folder of the repository
  claude mcp add convosync -- convosync mcp        let Claude Code start it
  codex mcp add convosync -- convosync mcp         let Codex start it
  gemini mcp add convosync convosync mcp           let Gemini CLI start it
  convosync mcp -C ~/shop                          for an agent that starts it elsewhere`;

export function addMcp(program: Command, run: RunVerb): void {
  const command = program.command('mcp')
    .summary('let an agent read sessions and handoffs')
    .description('Serves sessions and handoffs of this repository to an agent, over the Model Context Protocol on standard input and output, until the agent goes. It only reads, and never asks for anything.')
    .addOption(vaultOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((options: McpOptions) => run({ ...options, asksNothing: true }, 'resume', (invocation) => serveAgent(invocation, program.version() ?? '', options)));
}

async function serveAgent({ convosync, folder, stdin, stdout, output: { now }, work }: Invocation, version: string, { vault }: McpOptions): Promise<Ending> {
  const { serve } = await import('../mcp/server.ts');
  const sessions = new SessionReader({ convosync, folder, vault: { vault }, now });
  await work(({ signal }) => serve(sessions, { stdin, stdout, version, now, signal }));
  return 0;
}
