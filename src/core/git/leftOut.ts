/** Files that are shown before anything leaves, and stay here unless the person wants them in: secrets by their names, and large ones. */

export interface LeaveOut {
  /** As in a `.gitignore`: without a slash they mean names anywhere, with one paths from the top; `*`, `**` and `?` stand for others. */
  patterns: readonly string[];
  /** Bytes of the largest file that goes along. */
  largest: number;
}

export const megabyte = 1024 * 1024;

export const leaveOutByDefault: LeaveOut = {
  patterns: ['.env*', 'credentials.json', '*.key', '*.pem'],
  largest: 50 * megabyte,
};

/** What is not saved, by the reason. Paths relative to the top; folders end with `/`. */
export interface LeftOut {
  /** By their names. */
  secrets: string[];
  large: string[];
  nestedRepositories: string[];
  insideSubmodules: string[];
  emptyFolders: string[];
  unreadableNames: string[];
  /** By git, though the conversation has written them. */
  ignored: string[];
  /** Their contents: the session holds but the pointers of Git LFS to them. */
  lfs: string[];
}

export const leaveOutNothing: LeaveOut = { patterns: [], largest: Infinity };

/** Names of files for each reason; the rest is not told. */
const filesNamed = 100;

/** Those reasons that there are, each with its files. */
export function namesLeftOut(leftOut: Partial<LeftOut>): Record<string, string[]> {
  return Object.fromEntries(Object.entries<string[]>({ ...leftOut }).filter(([, paths]) => paths.length > 0).map(([reason, paths]) => [reason, paths.slice(0, filesNamed)]));
}

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
