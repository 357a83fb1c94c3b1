import { t } from '../l10n/language.ts';
import { shortCommit } from './short.ts';

/** Reads the facts that errors and findings carry. A fact that is missing makes a sentence shorter, never wrong. */
type Details = Readonly<Record<string, unknown>>;

export function textFact(details: Details, name: string): string | undefined {
  const value = details[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

export function numberFact(details: Details, name: string): number | undefined {
  const value = details[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function listFact(details: Details, name: string): string[] {
  const value = details[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** What a sentence ends with, before its full stop: `: text`, or nothing at all. */
export function afterColon(text: string | undefined): string {
  return text === undefined || text === '' ? '' : t`: ${text}`;
}

/** The same in parentheses: ` (text)`. */
export function inParentheses(text: string | undefined): string {
  return text === undefined || text === '' ? '' : t` (${text})`;
}

/** The first seven digits of a commit's id. */
export function commitFact(details: Details, name: string): string | undefined {
  const commit = textFact(details, name);
  return commit === undefined ? undefined : shortCommit(commit);
}

/** `“origin”`, or what the remote is called when its name is not known. */
export function remoteFact(details: Details, otherwise = t`The remote`): string {
  const remote = textFact(details, 'remote');
  return remote === undefined ? otherwise : t`“${remote}”`;
}
