import type { ComponentChildren } from 'preact';

/** A sentence with elements in it, each in place of its `{0}`, `{1}`: a translation may have them in another order. */
export function withElements(sentence: string, ...elements: ComponentChildren[]): ComponentChildren[] {
  return sentence.split(/\{(\d+)\}/).map((part, at) => (at % 2 === 0 ? part : elements[Number(part)]));
}
