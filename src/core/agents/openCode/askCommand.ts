/** OpenCode asked one question without a screen: no tool is permitted and so none is told of, and the session lies in memory alone. */
import * as z from 'zod';
import type { AskCommand } from '../agent.ts';
import { tryParseObject } from '../jsonValues.ts';

/** What `--format json` prints: one event a line. */
const Event = z.looseObject({ type: z.string(), part: z.looseObject({ text: z.string().optional() }).optional() });

/** @param program its path */
export function askCommand(program: string): AskCommand {
  return {
    // Without a title it would ask for one.
    argv: [program, 'run', '--format', 'json', '--pure', '--title', 'Handoff'],
    env: { OPENCODE_DB: ':memory:', OPENCODE_PERMISSION: '{"*":"deny"}', OPENCODE_DISABLE_AUTOUPDATE: '1' },
    answerIn(stdout) {
      const events = stdout.split('\n').flatMap((line) => Event.safeParse(tryParseObject(line)).data ?? []);
      const texts = events.flatMap(({ type, part }) => (type === 'text' ? (part?.text ?? []) : []));
      return texts.length === 0 || events.some(({ type }) => type === 'error') ? undefined : texts.join('\n');
    },
  };
}
