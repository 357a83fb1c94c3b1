/** Which sessions are meant by words, wherever they are looked for. */
import type { SavedSession } from '../core/vault/state.ts';

/** The words of a search, in lower case; none for what is only space. */
export function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter((word) => word !== '');
}

/** What people see of a session, in lower case, for its words to be found in. */
export function searchableText({ summary, device }: SavedSession): string {
  return [summary.message, summary.subject, summary.branch ?? '', summary.excerpt, device.name, ...summary.conversations.map(({ title }) => title ?? '')]
    .join('\n')
    .toLowerCase();
}

export function hasAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
