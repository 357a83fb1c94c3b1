import { inspect } from 'node:util';
import type { Logger } from '../../core/common/logger.ts';
import { safeText } from './safeText.ts';

/** The log of `--verbose`: one entry a line, an error with its stack below it. */
export function stderrLogger(write: (line: string) => void, now: () => Date, topic = ''): Logger {
  const at = (level: string) => (message: string, error?: unknown): void => {
    const cause = error === undefined ? '' : `\n${inspect(error)}`;
    write(`${now().toISOString().slice(11, 23)} ${level} ${topic === '' ? '' : `[${topic}] `}${safeText(message + cause)}\n`);
  };
  return {
    trace: () => undefined,
    debug: at('debug'),
    info: at('info '),
    warn: at('warn '),
    error: at('error'),
    child: (name) => stderrLogger(write, now, topic === '' ? name : `${topic}:${name}`),
  };
}
