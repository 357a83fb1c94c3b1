/** The first line that says something, white space collapsed, cut to `length` characters with an ellipsis. */
export function oneLine(text: string, length: number): string {
  const line = /\S.*/.exec(text.slice(0, 20_000))?.[0].replace(/\s+/g, ' ').trim().toWellFormed() ?? '';
  const characters = Array.from(line.slice(0, 2 * length + 2));
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : line;
}
