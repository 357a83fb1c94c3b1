/** Names of files may hold line breaks, and titles come from elsewhere: in a list or a sentence neither may begin a line of its own. */
const breaking = /[\t\n\v\f\r\u0085\u2028\u2029]/g;
const signs: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** The text with each line break and tab as it is written in code: `new\nline.txt`. */
export function lineSafe(text: string): string {
  return text.replace(breaking, (character) => signs[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
