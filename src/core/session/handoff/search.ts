import { parseHandoff } from './parse.ts';

export interface FoundLine {
  /** Title of the section; empty for text before the first heading. */
  section: string;
  line: string;
}

/** So many lines tell why a handoff was found. */
const mostLines = 5;

/**
 * The lines that say why a handoff is found: it holds all of the words, in any case and order. Undefined when it does
 * not; a word may also stand in a heading or beside the device's name, so there may be no line.
 */
export function searchHandoff(markdown: string, words: readonly string[]): FoundLine[] | undefined {
  const wanted = words.map((word) => word.toLowerCase());
  const holds = (text: string): boolean => wanted.some((word) => text.toLowerCase().includes(word));
  const whole = markdown.toLowerCase();
  if (!wanted.every((word) => whole.includes(word))) {
    return undefined;
  }
  const lines = parseHandoff(markdown).sections.flatMap(({ title, body }) => body.split('\n').filter(holds).map((line): FoundLine => ({ section: title, line: line.trim() })));
  return lines.slice(0, mostLines);
}
