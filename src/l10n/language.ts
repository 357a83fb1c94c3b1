/**
 * The language that a shell, or the page, speaks. English is the source: a sentence stands in the code as it is read, marked with `t`, and is
 * its own key in the translations beside this file. What has no translation is said in English.
 */
import { config, t } from '@vscode/l10n';

export { t };

let spoken: { readonly language: string; readonly translations: Record<string, string> } = { language: 'en', translations: {} };

/**
 * From here on sentences are in this language. Call before anything is worded, since what is worded once stays so; the command
 * line never does, and speaks English.
 *
 * @param language a BCP 47 tag, for numbers, lists and ages
 * @param translations by English sentence, with `{0}` where something is put in
 */
export function speak(language: string, translations: Record<string, string>): void {
  config({ contents: translations });
  spoken = { language, translations };
}

/** A sentence that was marked where nobody knows the language (`core/common/marked.ts`). */
export function inSpokenLanguage({ sentence, put }: { readonly sentence: string; readonly put: readonly (string | number)[] }): string {
  return t(sentence, ...put);
}

/** Of what is said now, as a BCP 47 tag. */
export function language(): string {
  return spoken.language;
}

/** What `word` says, in English whatever is spoken: for models. It must say all of it before it returns. */
export function inEnglish<T>(word: () => T): T {
  const { language: before, translations } = spoken;
  speak('en', {});
  try {
    return word();
  } finally {
    speak(before, translations);
  }
}

/** What is made once for the language that is spoken, such as a formatter of numbers: making one takes far longer than using it. */
export function inLanguage<T>(make: (language: string) => T): () => T {
  let made: { in: string; value: T } | undefined;
  return () => {
    if (made?.in !== language()) {
      made = { in: language(), value: make(language()) };
    }
    return made.value;
  };
}
