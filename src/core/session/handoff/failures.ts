import * as z from 'zod';
import type { ToolUse } from './toolUse.ts';

export interface Failure {
  command: string;
  output: string;
}

const shellInput = z.union([
  z.looseObject({ command: z.string() }).transform(({ command }) => command),
  z.looseObject({ cmd: z.string() }).transform(({ cmd }) => cmd),
  z.looseObject({ command: z.array(z.string()) }).transform(({ command }) => command.join(' ')),
]);

/** What the agent's program says itself when a call did not run at all. */
const neverRan = /^(?:<tool_use_error>|The user doesn't want to (?:proceed|take this action)|\[Request interrupted|Permission (?:to use|for this action) )/;

/** Commands whose last run failed with something to read, the latest last. */
export function unresolvedFailures(calls: readonly ToolUse[]): Failure[] {
  const failures = new Map<string, Failure>();
  for (const { input, result } of calls) {
    const command = shellInput.safeParse(input).data?.trim();
    if (command === undefined || result === undefined || neverRan.test(result.text)) {
      continue;
    }
    failures.delete(command);
    const output = result.text.replace(/^(?:Error: )?Exit code \d+\s*/, '');
    if (result.failed && output.trim() !== '') {
      failures.set(command, { command, output });
    }
  }
  return [...failures.values()];
}
