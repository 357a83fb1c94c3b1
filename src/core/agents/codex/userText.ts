/**
 * What a text in the user's name really is. Codex tells the model where it runs, what the project's instructions are and how
 * sub-agents end in messages of the user, told apart by the tags around them; newer versions also say which text is the user's own.
 */
import type { Block } from '../../session/message.ts';
import { notice } from '../notice.ts';

export interface UserText {
  author: 'user' | 'system';
  blocks: Block[];
}

/** What surrounds the conversation, and is for the model alone. */
const surroundings = /^\s*(?:<(?:apps_instructions|collaboration_mode|environment_context|model_switch|permissions instructions|personality_spec|plugins_instructions|realtime_conversation|recommended_plugins|skill|skills_instructions|turn_aborted|user_instructions)>|# AGENTS\.md instructions|<\/?image\b[^>]*>\s*$)/;
const shellCommand = /^\s*<user_shell_command>\s*<command>([\s\S]*?)<\/command>\s*(?:<result>([\s\S]*)<\/result>\s*)?<\/user_shell_command>\s*$/;
const notification = /^\s*<subagent_notification>([\s\S]*)<\/subagent_notification>\s*$/;

/** @param kind as the record names it; undefined where it does not */
export function readUserText(text: string, kind?: string): UserText[] {
  const [, command, result = ''] = shellCommand.exec(text) ?? [];
  if (command !== undefined) {
    return [{ author: 'user', blocks: [{ type: 'text', text: `!${command.trim()}` }] }, { author: 'system', blocks: notice(result) }];
  }
  const told = notification.exec(text)?.[1];
  if (told !== undefined) {
    return [{ author: 'system', blocks: notice(told) }];
  }
  if (text.trim() === '' || (kind !== 'user.text' && surroundings.test(text))) {
    return [];
  }
  return [{ author: 'user', blocks: [{ type: 'text', text: text.trim() }] }];
}
