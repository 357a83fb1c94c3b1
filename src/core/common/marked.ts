/**
 * A sentence of core's own for people, who are told it in their language by a shell: `marked`There is no file ${name}.`` is found
 * among the translations of `wording` as `There is no file {0}.`
 */
export interface Marked {
  readonly english: string;
  readonly sentence: string;
  readonly put: readonly (string | number)[];
}

export function marked(texts: TemplateStringsArray, ...put: (string | number)[]): Marked {
  return {
    english: texts.map((text, index) => `${text}${put[index] ?? ''}`).join(''),
    sentence: texts.map((text, index) => (index < put.length ? `${text}{${index}}` : text)).join(''),
    put,
  };
}
