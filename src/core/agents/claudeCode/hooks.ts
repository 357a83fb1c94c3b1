/**
 * Hooks and slash commands of Claude Code: `hooks.SessionStart` of the user's `settings.json`, and Markdown files in
 * `commands/convosync`, typed as `/convosync:save`. Nothing here needs to know that a turn has ended, so there is no Stop hook.
 */
import * as path from 'node:path';
import type { AgentEnvironment } from '../agent.ts';
import { type AgentHooks, startHook } from '../hooks.ts';
import { type TypedCommand, typedCommands } from '../typedCommands.ts';
import { baseFolder } from './store.ts';

/** @param program how ConvoSync is called in a shell */
export function claudeCodeHooks(environment: AgentEnvironment, program: string): AgentHooks {
  const base = baseFolder(environment);
  const commands = typedCommands({ program, agent: 'claude-code', typed: '$ARGUMENTS' });
  return {
    agent: 'claude-code',
    agentName: 'Claude Code',
    base,
    settings: path.join(base, 'settings.json'),
    takesComments: false,
    ...startHook(program, { timeout: 10 }),
    needsApproval: false,
    files: new Map(commands.map((command) => [path.join(base, 'commands', 'convosync', `${command.name}.md`), slashCommand(command)])),
  };
}

function slashCommand({ description, hint, runs, text }: TypedCommand): string {
  return `---
description: ${description}
argument-hint: "${hint}"
allowed-tools: ${runs.map((line) => `Bash(${line}:*)`).join(', ')}
---
${text}`;
}
