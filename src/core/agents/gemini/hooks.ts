/**
 * Hooks and slash commands of Gemini CLI: `hooks.SessionStart` of the user's `settings.json`, and TOML files in
 * `commands/convosync`, typed as `/convosync:save`.
 */
import * as path from 'node:path';
import type { AgentEnvironment } from '../agent.ts';
import { type AgentHooks, startHook } from '../hooks.ts';
import { type TypedCommand, typedCommands } from '../typedCommands.ts';
import { baseFolder } from './store.ts';

/** @param program how ConvoSync is called in a shell */
export function geminiHooks(environment: AgentEnvironment, program: string): AgentHooks {
  const base = baseFolder(environment);
  const commands = typedCommands({ program, agent: 'gemini-cli', typed: '{{args}}' });
  return {
    agent: 'gemini-cli',
    agentName: 'Gemini CLI',
    base,
    settings: path.join(base, 'settings.json'),
    takesComments: true,
    ...startHook(program, { name: 'convosync', timeout: 10_000 }),
    needsApproval: false,
    files: new Map(commands.map((command) => [path.join(base, 'commands', 'convosync', `${command.name}.toml`), slashCommand(command)])),
  };
}

function slashCommand({ description, text }: TypedCommand): string {
  // What JSON escapes in a string, TOML reads; a program's path may hold backslashes.
  const prompt = text.replaceAll('\\', '\\\\').replaceAll('"""', '""\\"');
  return `description = ${JSON.stringify(description)}\nprompt = """\n${prompt}"""\n`;
}
