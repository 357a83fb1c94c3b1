/** What a word is for search, told the same way for what is searched for and for what is shown of it. */

/** As FTS5's `unicode61` takes them: letters and digits of any script, and the marks on them. */
const word = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;
/** Of scripts that put nothing between words each character is a word. */
const alone = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*)/gu;
/** What most words are, and what takes the least. */
const isPlain = /^\w+$/;
/** Nobody sees it, and FTS5 takes it for the end of a word. */
const boundary = '\u200b';

export interface Word {
  /** Without case and diacritics. */
  text: string;
  from: number;
  to: number;
}

/** With a boundary where people see none, so that words are found in scripts without spaces. */
export function segmented(text: string): string {
  return text.replace(alone, `$1${boundary}`);
}

export function* eachWord(text: string): Generator<Word> {
  for (const match of text.matchAll(word)) {
    let at = match.index;
    for (const part of isPlain.test(match[0]) ? [match[0]] : match[0].split(alone).filter((one) => one !== '')) {
      yield { text: folded(part), from: at, to: at + part.length };
      at += part.length;
    }
  }
}

function folded(text: string): string {
  return isPlain.test(text) ? text.toLowerCase() : text.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC').toLowerCase();
}
