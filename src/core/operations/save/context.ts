/**
 * What was open around the work, as a save takes it along: no more than is of use, and searched for secrets, which people type into
 * terminals. A variable that a person has named is what they wanted along, whatever its value is.
 */
import * as path from 'node:path';
import type { Repository } from '../../git/repository.ts';
import { readDecisions } from '../../secrets/decisions.ts';
import type { KnownValue } from '../../secrets/scanFile.ts';
import { boundContext, isBare, isInside, type SessionContext } from '../../session/context.ts';
import type { Parts } from '../parts.ts';
import type { SaveRequest } from '../plan.ts';
import { eachValueOnce, type NewSecret } from '../secrets.ts';

/**
 * Undefined where there is nothing in it.
 *
 * @param folder that the command works in, absolute
 */
export function contextToSave({ top }: Repository, folder: string, { context }: SaveRequest): SessionContext | undefined {
  const relative = path.relative(top, folder).replaceAll(path.sep, '/');
  const bounded = context && boundContext({ ...context, folder: isInside(relative) ? relative : '' });
  return bounded && !isBare(bounded) ? bounded : undefined;
}

/** What looks like a secret in it, each value once; see `newSecrets`. */
export async function secretsInContext(parts: Parts, { terminals }: SessionContext, { known, again }: { known: readonly KnownValue[]; again: boolean }, signal?: AbortSignal): Promise<NewSecret[]> {
  const typed = terminals.flatMap(({ name, commands }) => commands.map(({ command }) => ({ command, place: `terminal ${name}` })));
  if (typed.length === 0) {
    return [];
  }
  const [{ findInText }, decisions] = await Promise.all([import('../../secrets/scanFile.ts'), readDecisions(parts.home, signal)]);
  const found = await Promise.all(typed.map(async ({ command, place }) =>
    (await findInText(command, known)).map(({ from, to, kind }) => ({ kind, place, text: command.slice(from, to) }))));
  return eachValueOnce(found.flat(), decisions, again);
}

/** With what was typed as `redacted` has it. */
export async function redactedContext({ terminals, ...context }: SessionContext, redacted: (text: string) => Promise<string>): Promise<SessionContext> {
  return {
    ...context,
    terminals: await Promise.all(terminals.map(async ({ commands, ...terminal }) => ({
      ...terminal,
      commands: await Promise.all(commands.map(async ({ command, ...ran }) => ({ command: await redacted(command), ...ran }))),
    }))),
  };
}
