/**
 * Calls that change files, recognised by the fields agents commonly use for it: a replaced and a new text, a list of
 * such, or a whole new content. Anything else is shown as plain input.
 */
export interface Edit {
  path: string;
  before: string;
  after: string;
}

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

type Fields = Record<string, unknown>;

const pathFields = ['file_path', 'filePath', 'path', 'notebook_path'];
const beforeFields = ['old_string', 'oldString', 'old_str'];
const afterFields = ['new_string', 'newString', 'new_str'];
const contentFields = ['content', 'file_text', 'new_source'];

/** Undefined when the input is not an edit. */
export function editsOf(input: unknown): Edit[] | undefined {
  if (!isFields(input)) return undefined;
  const path = field(input, pathFields);
  if (path === undefined) return undefined;
  const parts = Array.isArray(input['edits']) ? input['edits'].filter(isFields) : [input];
  const edits = parts.flatMap((part) => {
    const before = field(part, beforeFields);
    const after = field(part, afterFields);
    return before === undefined || after === undefined ? [] : [{ path, before, after }];
  });
  if (edits.length > 0) return edits.length === parts.length ? edits : undefined;
  const content = field(input, contentFields);
  return content === undefined ? undefined : [{ path, before: '', after: content }];
}

/** Lines of both texts with what they share at both ends, at most `context` lines of it. */
export function diffOf({ before, after }: Edit, context = 2): DiffLine[] {
  const old = linesOf(before);
  const next = linesOf(after);
  const shorter = Math.min(old.length, next.length);
  let head = 0;
  while (head < shorter && old[head] === next[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === next.at(-1 - tail)) tail++;
  const lines = (kind: DiffLine['kind'], texts: string[]) => texts.map((text) => ({ kind, text }));
  return [
    ...lines('same', old.slice(Math.max(0, head - context), head)),
    ...lines('removed', old.slice(head, old.length - tail)),
    ...lines('added', next.slice(head, next.length - tail)),
    ...lines('same', old.slice(old.length - tail, old.length - tail + context)),
  ];
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}
