/**
 * Where the value of one field stands in the text of a JSON object, so that it alone can stand otherwise and every other
 * byte stays as it is. For texts that `JSON.parse` takes.
 */

export interface Extent {
  start: number;
  end: number;
}

/** Of the field that `JSON.parse` would take, which of several with one name is the last; undefined where there is none. */
export function fieldExtent(text: string, field: readonly string[]): Extent | undefined {
  const [name, ...inner] = field;
  let found: Extent | undefined;
  let at = skipBlank(text, skipBlank(text, 0) + 1);
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at);
    const start = skipBlank(text, skipBlank(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    if (JSON.parse(text.slice(at, nameEnd)) === name) {
      found = inner.length === 0 ? { start, end } : extentWithin(text, { start, end }, inner);
    }
    at = skipBlank(text, end);
    at = text[at] === ',' ? skipBlank(text, at + 1) : at;
  }
  return found;
}

function extentWithin(text: string, { start, end }: Extent, field: readonly string[]): Extent | undefined {
  const inner = text[start] === '{' ? fieldExtent(text.slice(start, end), field) : undefined;
  return inner && { start: start + inner.start, end: start + inner.end };
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (' \t\r\n\uFEFF'.includes(text[at] ?? 'x')) {
    at += 1;
  }
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    at += text[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (depth === 0 && at > start && ',]} \t\r\n'.includes(sign)) {
      return at;
    }
    depth += '{['.includes(sign) ? 1 : '}]'.includes(sign) ? -1 : 0;
    at = sign === '"' ? endOfString(text, at) : at + 1;
    if (depth === 0 && '"}]'.includes(sign)) {
      return at;
    }
  }
  return at;
}
