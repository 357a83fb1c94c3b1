/** What a session can be exported as, and how the name of a file says which. */

export const documentFormats = ['markdown', 'html', 'json'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/** `portable`: a file that is resumed without a vault. */
export const exportFormats = [...documentFormats, 'portable'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The first is what a new file gets. */
export const extensions: Readonly<Record<ExportFormat, readonly [string, ...string[]]>> = { markdown: ['md', 'markdown'], html: ['html', 'htm'], json: ['json'], portable: ['convosync.zip', 'convosync', 'zip'] };

/** Undefined for a name that says nothing. */
export function formatByName(file: string): ExportFormat | undefined {
  return exportFormats.find((format) => extensions[format].some((extension) => file.toLowerCase().endsWith(`.${extension}`)));
}
