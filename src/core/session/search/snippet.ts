/** What is shown of a message that was found: the words around the first place where one of the terms stands. */
import type { Term } from './query.ts';
import { eachWord, type Word } from './words.ts';

export interface SnippetPart {
  text: string;
  /** It is what was searched for. */
  isFound: boolean;
}

/** So many characters before the first place that was found, and so many in all. */
const lead = 60;
const length = 220;

/** One line, in parts whose texts follow each other; the beginning where no term is recognised in it. */
export function snippet(text: string, terms: readonly Term[]): SnippetPart[] {
  const words = [...eachWord(text)];
  const places = terms.flatMap((term) => placesOf(term, words)).sort((a, b) => a.from - b.from);
  const from = beginning(text, Math.max(0, (places[0]?.from ?? 0) - lead));
  const to = Math.min(text.length, from + length);
  const parts: SnippetPart[] = [{ text: from > 0 ? '…' : '', isFound: false }];
  let at = from;
  for (const place of places) {
    const end = Math.min(place.to, to);
    if (place.from >= at && end > place.from) {
      parts.push({ text: oneLine(text.slice(at, place.from)), isFound: false }, { text: oneLine(text.slice(place.from, end)), isFound: true });
      at = end;
    }
  }
  parts.push({ text: `${oneLine(text.slice(at, whole(text, to)))}${to < text.length ? '…' : ''}`, isFound: false });
  return parts.filter((part) => part.text !== '');
}

function placesOf({ words: wanted, isBeginning }: Term, words: readonly Word[]): { from: number; to: number }[] {
  const places: { from: number; to: number }[] = [];
  for (let at = 0; at + wanted.length <= words.length; at++) {
    const isHere = wanted.every((text, offset) => {
      const there = words[at + offset]?.text ?? '';
      return isBeginning && offset === wanted.length - 1 ? there.startsWith(text) : there === text;
    });
    if (isHere) {
      places.push({ from: words[at]?.from ?? 0, to: words[at + wanted.length - 1]?.to ?? 0 });
    }
  }
  return places;
}

/** The begin of a word, if one is near. */
function beginning(text: string, at: number): number {
  const space = at === 0 ? -1 : text.slice(at, at + lead).search(/\s/u);
  return whole(text, space === -1 ? at : at + space + 1);
}

/** Not in the middle of a character that takes two. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ');
}
