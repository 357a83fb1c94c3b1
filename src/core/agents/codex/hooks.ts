/**
 * Hooks and skills of Codex: `hooks.SessionStart` of `hooks.json`, and a folder in `skills` for each command, typed as
 * `$convosync-save`. Codex asks once, when it starts at a terminal, whether a new hook may run, and passes it over without a
 * word until then; ConvoSync never answers that for the person. Skills are Codex's own: those in `~/.agents/skills`
 * are read by other agents as well, of which these would save the wrong conversation.
 */
import * as path from 'node:path';
import type { AgentEnvironment } from '../agent.ts';
import { type AgentHooks, startHook } from '../hooks.ts';
import { type TypedCommand, typedCommands } from '../typedCommands.ts';
import { baseFolder } from './store.ts';

/** @param program how ConvoSync is called in a shell */
export function codexHooks(environment: AgentEnvironment, program: string): AgentHooks {
  const base = baseFolder(environment);
  const commands = typedCommands({
    program,
    agent: 'codex',
    typed: 'what the person wrote beside the mention of this skill, if anything',
    remark: 'ConvoSync writes outside of the workspace and talks to the remote: ask for approval to run it outside of the sandbox.',
  });
  return {
    agent: 'codex',
    agentName: 'Codex',
    base,
    settings: path.join(base, 'hooks.json'),
    takesComments: false,
    ...startHook(program, { timeout: 10 }),
    needsApproval: true,
    files: new Map(commands.map((command) => [path.join(base, 'skills', `convosync-${command.name}`, 'SKILL.md'), skill(command)])),
  };
}

function skill({ name, description, text }: TypedCommand): string {
  return `---
name: convosync-${name}
description: ${description}. Only when the person asks for it.
---
${text}`;
}
