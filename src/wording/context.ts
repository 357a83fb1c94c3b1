/** What was open around a session, in words. */
import type { RanCommand, SessionContext } from '../core/session/context.ts';
import type { SavedSession } from '../core/vault/state.ts';
import { t } from '../l10n/language.ts';
import { count, names, separated, together } from './quantities.ts';
import { age } from './time.ts';

/** Its parts, such as `3 editors`; empty for a context without anything in it. */
export function describeContext({ folder, editors, terminals, breakpoints = [], environment = {} }: SessionContext): string[] {
  const variables = Object.keys(environment);
  return [
    ...(folder === '' ? [] : [t`the working directory ${folder}`]),
    ...(editors.length === 0 ? [] : [count(editors.length, 'editor')]),
    ...(terminals.length === 0 ? [] : [count(terminals.length, 'terminal')]),
    ...(breakpoints.length === 0 ? [] : [count(breakpoints.length, 'breakpoint')]),
    ...(variables.length === 0 ? [] : [variables.length === 1 ? t`the variable ${variables[0] ?? ''}` : t`the variables ${separated(variables)}`]),
  ];
}

/** What a resume opens again, as a sentence; empty for nothing. */
export function describeOpensAgain(context: SessionContext): string {
  const parts = describeContext({ ...context, folder: '' });
  return parts.length === 0 ? '' : t`Opens again: ${together(parts)}.`;
}

/** Of variables that a session holds and that nobody named on this device; empty for none. */
export function describeUnnamedVariables(variables: readonly string[]): string {
  const named = names(variables.map(plain));
  switch (variables.length) {
    case 0:
      return '';
    case 1:
      return t`The session has the variable ${named}, too; it is not set here, where “convosync.context.environment” does not name it.`;
    default:
      return t`The session has the variables ${named}, too; they are not set here, where “convosync.context.environment” does not name them.`;
  }
}

/** Above what had run in a terminal. */
export function contextHeading({ device, summary }: { device: Pick<SavedSession['device'], 'name'>; summary: Pick<SavedSession['summary'], 'savedAt'> }, now: Date): string {
  return t`Saved on ${plain(device.name)} ${age(summary.savedAt, now)}, where this had run:`;
}

/** A command that had run in a terminal, on one line: `npm test (exit code 1)`. */
export function describeRun({ command, exitCode }: RanCommand): string {
  const line = plain(command);
  return exitCode === undefined || exitCode === 0 ? line : t`${line} (exit code ${exitCode})`;
}

/** On one line, without what could steer a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ').trim();
}
