/**
 * Marks a terminal in which a conversation was opened after a resume: it is no part of the context, since every resume offers one
 * of its own.
 */
const variable = 'CONVOSYNC_TERMINAL';

/** For the environment of such a terminal. */
export const agentTerminal: Readonly<Record<string, string>> = { [variable]: 'agent' };

export function isAgentTerminal({ env }: { env?: Record<string, string | null | undefined> }): boolean {
  return env?.[variable] === agentTerminal[variable];
}
