/**
 * A session's `workspace.yaml`: one field a line, as `name: value`. A value stands as it is, in single or double quotes, or
 * as a block of indented lines after `|`; the program folds none. More of YAML is not read: such a field counts as absent.
 */

export interface WorkspaceField {
  name: string;
  value: string;
  /** Where the value is written, as positions in the text. */
  from: number;
  to: number;
}

const fieldLine = /^([A-Za-z_]\w*):[ ]([^\n]*)\n?/gm;
const block = /(?:[ ]{2,}[^\n]*(?:\n|$))+/y;

/** In the order of the file, each name once. */
export function workspaceFields(text: string): WorkspaceField[] {
  const fields = new Map<string, WorkspaceField>();
  for (const match of text.matchAll(fieldLine)) {
    const [whole, name = '', written = ''] = match;
    const from = match.index + name.length + ': '.length;
    const field = written.startsWith('|') ? blockField(text, from, match.index + whole.length) : { value: scalar(written.trimEnd()), to: from + written.trimEnd().length };
    if (field.value !== undefined && !fields.has(name)) {
      fields.set(name, { name, value: field.value, from, to: field.to });
    }
  }
  return [...fields.values()];
}

/** The value as it may stand in the file: bare where YAML cannot take it for anything else, which is how the program writes it. */
export function writtenValue(value: string): string {
  const isBare = /^[/0-9A-Za-z]\P{Cc}*$/u.test(value) && /[/-]/.test(value) && !/: | #|[: ]$/.test(value);
  return isBare ? value : JSON.stringify(value);
}

function scalar(written: string): string | undefined {
  if (written.startsWith("'")) {
    return /^'(?:[^']|'')*'$/.test(written) ? written.slice(1, -1).replaceAll("''", "'") : undefined;
  }
  if (written.startsWith('"')) {
    return quoted(written);
  }
  return written === '' || /^[[\]{}&*!|>%@`]/.test(written) ? undefined : written;
}

/** Escapes of YAML that JSON does not know are rare enough to be given up. */
function quoted(written: string): string | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function blockField(text: string, from: number, start: number): { value: string | undefined; to: number } {
  block.lastIndex = start;
  const lines = block.exec(text)?.[0] ?? '';
  return { value: lines.replace(/^ {2}/gm, '').trimEnd(), to: Math.max(from, start + lines.trimEnd().length) };
}
