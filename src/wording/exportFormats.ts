/** What a session can be exported as, and how the name of a file says which. */

export const documentFormats = ['markdown', 'html', 'json'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

export const extensions: Readonly<Record<DocumentFormat, readonly [string, ...string[]]>> = { markdown: ['md', 'markdown'], html: ['html', 'htm'], json: ['json'] };

/** Undefined for a name that says nothing. */
export function formatByName(file: string): DocumentFormat | undefined {
  return documentFormats.find((format) => extensions[format].some((extension) => file.toLowerCase().endsWith(`.${extension}`)));
}
