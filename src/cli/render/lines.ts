/** The lines of a text, each after `spaces`. */
export function indented(text: string, spaces = 2): string[] {
  return text.split(/\r?\n/).map((line) => `${' '.repeat(spaces)}${line}`.trimEnd());
}
