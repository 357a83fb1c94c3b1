/** Commands as a person can paste them into the shell of the platform. */
import type { ResumeCommand } from '../../core/agents/agent.ts';

/** `cd '/home/me/my app' && claude --resume …`; without the `cd` when that is where one already is. */
export function quoteCommand(command: ResumeCommand, platform: NodeJS.Platform, currentFolder: string): string {
  const line = command.argv.map((word) => quoteWord(word, platform)).join(' ');
  return command.folder === currentFolder ? line : `cd ${quoteWord(command.folder, platform)} && ${line}`;
}

export function quoteWord(word: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./-]+$/.test(word) || (platform === 'win32' && /^[\w@+=:,./\\-]+$/.test(word))) {
    return word;
  }
  return platform === 'win32' ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
