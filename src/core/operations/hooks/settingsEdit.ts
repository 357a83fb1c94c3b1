/**
 * One entry in a list of an agent's settings, added and taken out as text: whatever else stands in the file stays as it is
 * written. A change is noted as its reverse, with which the file becomes byte for byte what it was.
 */
import { applyEdits, type Edit, type FormattingOptions, modify, parse, type ParseError } from 'jsonc-parser';
import * as z from 'zod';
import { ConvoSyncError } from '../../common/errors.ts';
import type { AgentHooks } from '../../agents/hooks.ts';

/** In UTF-16 units. */
export const Reverse = z.object({ offset: z.int().nonnegative(), length: z.int().nonnegative(), content: z.string() });
export type Reverse = z.infer<typeof Reverse>;

type Place = Pick<AgentHooks, 'settings' | 'takesComments' | 'list' | 'isOurs'>;

/** Which entries of the list are ours. @throws ConvoSyncError `usage` for settings that are no JSON, or hold something else there */
export function ourEntries(text: string, place: Place): { index: number; entry: unknown }[] {
  const { isOurs } = place;
  return listIn(text, place).map((entry, index) => ({ index, entry })).filter(({ entry }) => isOurs(entry));
}

/** @param text which `ourEntries` has read */
export function withEntry(text: string, list: readonly string[], entry: unknown): { text: string; reverse: Reverse } {
  const edits = modify(text, [...list, -1], entry, { isArrayInsertion: true, formattingOptions: formattingOf(text) });
  const [edit] = edits;
  if (!edit || edits.length > 1) {
    throw new Error('an entry is added by one edit');
  }
  return { text: applyEdits(text, edits), reverse: { offset: edit.offset, length: edit.content.length, content: text.slice(edit.offset, edit.offset + edit.length) } };
}

/** Without our entries, and without what is empty after that. */
export function withoutEntries(text: string, place: Place): string {
  const remove = (from: string, path: (string | number)[]): string => applyEdits(from, modify(from, path, undefined, { formattingOptions: formattingOf(from) }));
  const ours = ourEntries(text, place);
  let left = ours.reduceRight((rest, { index }) => remove(rest, [...place.list, index]), text);
  for (let depth = place.list.length; ours.length > 0 && depth > 0; depth -= 1) {
    const path = place.list.slice(0, depth);
    left = isEmpty(valueAt(parse(left), path)) ? remove(left, [...path]) : left;
  }
  return left;
}

export function reversed(text: string, reverse: Edit): string {
  return applyEdits(text, [reverse]);
}

function listIn(text: string, { settings, takesComments, list }: Omit<Place, 'isOurs'>): unknown[] {
  const refuse = (reason: string): never => {
    throw new ConvoSyncError('usage', `${settings} ${reason}, so nothing was changed in it.`);
  };
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { disallowComments: !takesComments });
  if (errors.length > 0) {
    refuse('is not valid JSON');
  }
  const parents = list.map((_, depth) => valueAt(root, list.slice(0, depth)));
  const found = valueAt(root, list) ?? [];
  if (parents.some((parent) => parent !== undefined && !isObject(parent)) || !Array.isArray(found)) {
    refuse(`holds something else than a list at ${list.join('.')}`);
  }
  return found as unknown[];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** As the file is written: the first indented line tells. */
function formattingOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return { insertSpaces: !indent.includes('\t'), tabSize: indent.includes('\t') ? 1 : indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}
