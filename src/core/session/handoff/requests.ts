import type { Spoken } from './spoken.ts';

const acknowledgement = /\b(?:yes|yeah|yep|yup|y|no|nope|ok|okay|sure|please|thanks?|thank you|thx|ty|go ahead|go on|continue|proceed|next|do (?:it|that|this)|fix (?:it|that|this)|try again|again|retry|great|perfect|good|nice|cool|right|correct|looks good|lgtm|hi|hello|hey|test)\b/gi;

/** Latin letters that make a request; a Chinese, Japanese or Korean character says as much as three of them. */
const enoughLetters = 8;

/** What was asked for, without the "yes" and "continue" in between; all words when there is nothing else. */
export function substantialRequests(words: readonly Spoken[]): readonly Spoken[] {
  const substantial = words.filter(({ text }) => letters(text.replace(acknowledgement, '')) >= enoughLetters);
  return substantial.length > 0 ? substantial : words;
}

function letters(text: string): number {
  const dense = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return (text.match(/\p{L}/gu)?.length ?? 0) + 2 * dense;
}
