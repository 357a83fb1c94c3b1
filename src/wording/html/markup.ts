/** Markup of ours with text of anybody's in it: whatever is put into the template `html` is text, unless it is markup itself. */

export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Part = string | number | undefined | Markup | readonly Part[];

/** Undefined is nothing. Values of attributes are written with quotation marks around them in the template. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(texts.map((text, index) => `${text}${index < parts.length ? sourceOf(parts[index]) : ''}`).join(''));
}

/** A sentence with markup in it: `sentence((part) => t`On ${part(device)}`)`. The rest of it is text. */
export function sentence(word: (put: (part: Markup) => string) => string): Markup {
  const parts: Markup[] = [];
  const said = word((part) => `${place}${parts.push(part) - 1}${place}`);
  return new Markup(said.split(place).map((text, index) => (index % 2 === 0 ? escaped(text) : (parts[Number(text)]?.source ?? ''))).join(''));
}

/** For private use, so that no sentence has it. */
const place = '\ue000';

/** As text and as the value of an attribute. What no document may hold is shown as the sign for it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(control, '\ufffd').toWellFormed();
}

const control = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]', 'g');

function sourceOf(part: Part): string {
  if (part instanceof Markup) {
    return part.source;
  }
  return Array.isArray(part) ? part.map(sourceOf).join('') : escaped(String((part as string | number | undefined) ?? ''));
}
