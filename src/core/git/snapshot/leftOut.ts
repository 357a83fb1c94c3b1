/** Files that are shown before they leave, and stay out of a snapshot unless the person wants them in: secrets by their names, and large ones. */

export interface LeaveOut {
  /** As in a `.gitignore`: without a slash they mean names anywhere, with one paths from the top; `*`, `**` and `?` stand for others. */
  patterns: readonly string[];
  /** Bytes of the largest file that goes along. */
  largest: number;
}

export const leaveOutByDefault: LeaveOut = {
  patterns: ['.env*', 'credentials.json', '*.key', '*.pem'],
  largest: 50 * 1024 * 1024,
};

export const leaveOutNothing: LeaveOut = { patterns: [], largest: Infinity };

/** A test for paths relative to the top, with `/`. */
export function matcher(patterns: readonly string[]): (file: string) => boolean {
  const expressions = patterns.filter((pattern) => pattern !== '').map(expressionOf);
  return (file) => expressions.some((expression) => expression.test(file));
}

function expressionOf(pattern: string): RegExp {
  const isPath = pattern.replace(/\/$/, '').includes('/');
  const body = pattern.replace(/^\/|\/$/g, '').replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => wildcards[part] ?? `\\${part}`);
  return new RegExp(`^${isPath ? '' : '(?:.*/)?'}${body}(?:/.*)?$`, 's');
}

const wildcards: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
