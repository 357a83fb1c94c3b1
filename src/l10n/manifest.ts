/**
 * The sentences of package.json in other languages. VS Code wants a key in place of each sentence and a table beside the manifest for every
 * language; the sources keep the sentences themselves, and get their keys when they are packaged.
 */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Fields whose text a person reads, wherever they stand in what is contributed; a view's `name` and what they list, too. */
const read = new Set(['title', 'shortTitle', 'label', 'description', 'markdownDescription', 'displayName', 'userDescription', 'contents', 'altText', 'enumDescriptions', 'markdownEnumDescriptions', 'enumItemLabels', 'patternErrorMessage']);
/** A model reads the schema of a tool, in English. */
const forModels = new Set(['inputSchema']);
/** Said alike everywhere. */
const names = new Set(['ConvoSync']);

/** The sentences by their place: `contributes.commands.3.title`. */
export function manifestSentences(manifest: Json): Map<string, string> {
  const found = new Map<string, string>();
  visit(manifest, '', '', (place, sentence) => found.set(place, sentence));
  return found;
}

/** The manifest with `%place%` for each of its sentences. */
export function withKeys(manifest: Json): Json {
  return visit(manifest, '', '', () => undefined);
}

function visit(value: Json, place: string, field: string, found: (place: string, sentence: string) => void): Json {
  if (typeof value === 'string') {
    const isRead = read.has(field) || (field === 'name' && place.startsWith('contributes.views.'));
    if (!isRead || names.has(value)) {
      return value;
    }
    found(place, value);
    return `%${place}%`;
  }
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => visit(item, `${place}.${index}`, field, found));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]: [string, Json]) => [name, forModels.has(name) ? item : visit(item, place === '' ? name : `${place}.${name}`, name, found)]));
  }
  return value;
}
