/**
 * Claude Code asked one question without a screen (`claude --print`): no tools and no servers that bring some, no hooks of
 * the user's, which may save or ask again themselves, and no transcript, which would be the conversation active last.
 */
import * as z from 'zod';
import type { AskCommand } from '../agent.ts';

/** What `--output-format json` prints: one object on one line. */
const Result = z.looseObject({ type: z.literal('result'), is_error: z.boolean(), result: z.string() });

export const askCommand: AskCommand = {
  argv: ['claude', '--print', '--output-format', 'json', '--no-session-persistence', '--tools', '', '--strict-mcp-config', '--disable-slash-commands', '--settings', '{"disableAllHooks":true}'],
  answerIn(stdout) {
    try {
      const result = Result.safeParse(JSON.parse(stdout));
      return result.success && !result.data.is_error ? result.data.result : undefined;
    } catch {
      return undefined;
    }
  },
};
