/**
 * Sentences of the user that outlive the request they stand in: decisions, preferences and rules. Found by the words
 * that English speakers state them with; in other languages the quoted requests have to do.
 */
import type { Spoken } from './spoken.ts';
import { sentences, withoutPastes } from './spoken.ts';

export interface Statement {
  /** Index of the message. */
  index: number;
  text: string;
}

const decision = new RegExp([
  /\b(?:let's|let us) not \w+/,
  /\b(?:let's|let us) (?:just |rather |instead )*(?:use|go with|go for|go back|do|keep|stick|drop|skip|switch|move|make|call|name|put|store|support|target|avoid|start with|stay)\b/,
  /\b(?:we'll|we will|we are going to|we're going to) (?!need|see|probably|maybe|have to)\w+/,
  /\b(?:i|we)(?:'ve| have)? (?:decided|agreed|settled on|chose|picked)\b/,
  /^(?:(?:ok|okay|yes|yeah|no|actually|then|and|so)[,.!]? )*(?:go|going) (?:with|for)\b/,
  /^(?:(?:ok|okay|yes|yeah)[,.!]? )*(?:option|variant|approach|plan) (?:\d+|[a-z])(?= please| then| and |[\s.,!]*$)/,
].map(({ source }) => source).join('|'), 'i');

const personal = new RegExp([
  /\bmy (?:\w+ ){0,2}?(?:favou?rite|preferred|preference|name|team|company|boss|timezone|goal|budget|deadline|pronouns)\b/,
  /\bi(?:'d| would)? (?:really |strongly |also |always |usually |generally )*(?:prefer|like|love|hate|dislike|want everything|don't like|do not like|don't want|do not want|work (?:on|with|in|at|from)|use)\b/,
  /\b(?:remember|keep in mind|bear in mind|don't forget|do not forget|note that|for future reference)\b/,
  /\b(?:call me|i am a|i'm a|i am (?:colou?r ?blind|allergic|vegan|vegetarian))\b/,
].map(({ source }) => source).join('|'), 'i');

const rule = new RegExp([
  /(?:^|[,;:(–—-] ?|\b(?:please|and|but|so|you|we|should|must|to) )(?:don't|do not|never|always|avoid|make sure|ensure|only)\b(?! (?:know|think|see|understand|remember|get|care|mind|sure|worry|always have)\b|(?<=don't|do not) have\b(?! to))/,
  /\b(?:must|has to|have to|needs to be|need to be|is not allowed|are not allowed|under no circumstances)\b/,
].map(({ source }) => source).join('|'), 'i');

/** Longer sentences are pasted text rather than statements. */
const longest = 300;
/** Of one message: who states more than this has pasted a document. */
const mostOfOneMessage = 4;

export function decisions(words: readonly Spoken[]): Statement[] {
  return statements(words, (sentence) => decision.test(sentence) && !personal.test(sentence));
}

/** Preferences and facts about people before rules, each in the conversation's order. */
export function preferences(words: readonly Spoken[]): { personal: Statement[]; rules: Statement[] } {
  return {
    personal: statements(words, (sentence) => personal.test(sentence)),
    rules: statements(words, (sentence) => rule.test(sentence) && !personal.test(sentence) && !decision.test(sentence)),
  };
}

/** Of sentences said more than once the last one counts. */
function statements(words: readonly Spoken[], isMeant: (sentence: string) => boolean): Statement[] {
  const found = new Map<string, Statement>();
  for (const { index, text } of words) {
    const meant = sentences(withoutPastes(text)).filter((sentence) =>
      sentence.length <= longest && !/[?？؟]["')\]]*$/.test(sentence) && isMeant(sentence.replaceAll('’', "'")));
    for (const sentence of meant.slice(0, mostOfOneMessage)) {
      found.delete(sentence.toLowerCase());
      found.set(sentence.toLowerCase(), { index, text: sentence });
    }
  }
  return [...found.values()];
}
