/**
 * Qwen Code asked one question without a screen: nothing that a user has added, such as hooks and servers, no transcript, and
 * none of its own tools. Those can only be left out by name, so the program's word that none is left counts.
 */
import * as z from 'zod';
import type { AskCommand } from '../agent.ts';

/** Of 0.24. */
const tools = [
  'agent', 'cron_create', 'cron_delete', 'cron_list', 'edit', 'enter_worktree', 'exit_worktree', 'get_goal', 'glob', 'grep_search', 'list_agents', 'loop_wakeup',
  'notebook_edit', 'read_file', 'read_mcp_resource', 'record_artifact', 'report_findings', 'run_shell_command', 'send_message', 'skill', 'task_stop', 'tool_call',
  'tool_search', 'update_goal', 'web_fetch', 'write_file', 'zoom_image',
];

/** What `--output-format json` prints: one list. */
const Printed = z.tuple([z.looseObject({ type: z.literal('system'), tools: z.tuple([]) })], z.looseObject({ type: z.string() }));
const Result = z.looseObject({ type: z.literal('result'), is_error: z.boolean(), result: z.string() });

export const askCommand: AskCommand = {
  argv: ['qwen', '--output-format', 'json', '--safe-mode', '--chat-recording=false', '--exclude-tools', tools.join(',')],
  answerIn(stdout) {
    try {
      const result = Result.safeParse(Printed.safeParse(JSON.parse(stdout)).data?.at(-1));
      return result.success && !result.data.is_error ? result.data.result : undefined;
    } catch {
      return undefined;
    }
  },
};
