/**
 * What a person types to search: words, all of which have to occur in one message or handoff; in double quotes a phrase. Case and
 * diacritics make no difference, and the last word may be the beginning of one, unless it is in quotes or a single letter, with
 * which half of all words begin.
 */
import { eachWord, segmented, type Word } from './words.ts';

export interface Query {
  /** For FTS5. Whatever was typed, it is an expression that FTS5 understands. */
  match: string;
  terms: Term[];
}

/** Words that follow each other, without case and diacritics. */
export interface Term {
  words: string[];
  /** The last of them may be the beginning of a longer word. */
  isBeginning: boolean;
}

/** Of so many characters, and so many terms: nobody types more, and what is pasted must not take minutes. */
const longest = 1000;
const mostTerms = 32;

/** Undefined for what holds no word. */
export function parseQuery(typed: string): Query | undefined {
  const parts = [...typed.slice(0, longest).normalize('NFC').matchAll(/"([^"]*)"?|[^\s"]+/gu)];
  const found = parts.map(([text, phrase]) => ({ text, isPhrase: phrase !== undefined, words: [...eachWord(text)] })).filter(({ words }) => words.length > 0).slice(0, mostTerms);
  const terms = found.map(({ words, isPhrase }, index): Term => ({ words: words.map(({ text }) => text), isBeginning: !isPhrase && index === found.length - 1 && words.at(-1)?.text.length !== 1 }));
  const match = found.map(({ text, words }, index) => `"${asWritten(text, words)}"${terms[index]?.isBeginning === true ? ' *' : ''}`);
  return terms.length === 0 ? undefined : { terms, match: match.join(' ') };
}

/** FTS5 folds words by itself. There is nothing between them that it could take for anything else. */
function asWritten(text: string, words: readonly Word[]): string {
  return segmented(words.map(({ from, to }) => text.slice(from, to)).join(' '));
}
