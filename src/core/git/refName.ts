/** Names of refs: which are branches, and where a fetch refspec of the user's would put a remote's ref. */
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';

/**
 * True for what git accepts as the name of a branch (git-check-ref-format(1)). A name from another device goes through
 * here before it becomes an argument.
 */
export function isBranchName(name: string): boolean {
  return (
    name !== '' &&
    name !== 'HEAD' &&
    name !== '@' &&
    !/^[-/]|\/$|\.$|\/\/|\.\.|@\{|[\0-\x20\x7f~^:?*[\\]/.test(name) &&
    name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

/** The local ref that a fetch with these refspecs keeps for `ref` of the remote, or undefined when none matches. */
export function trackingRef(refspecs: readonly string[], ref: string): string | undefined {
  if (refspecs.some((spec) => spec.startsWith('^') && match(spec.slice(1), ref) !== undefined)) {
    return undefined;
  }
  for (const spec of refspecs) {
    const [source = '', destination = ''] = spec.replace(/^\+/, '').split(':');
    const matched = spec.startsWith('^') || destination === '' ? undefined : match(source, ref);
    if (matched !== undefined) {
      return destination.replace('*', () => matched);
    }
  }
  return undefined;
}

/** What the `*` of the pattern stands for; empty for an exact match; undefined for none. */
function match(pattern: string, ref: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) {
    return pattern === ref ? '' : undefined;
  }
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  const fits = ref.length >= before.length + after.length && ref.startsWith(before) && ref.endsWith(after);
  return fits ? ref.slice(before.length, ref.length - after.length) : undefined;
}

/** @throws ConvoSyncError `usage` */
export function assertBranchName(branch: string): void {
  if (!isBranchName(branch)) {
    throw new ConvoSyncError('usage', marked`Not the name of a branch.`, { details: { branch } });
  }
}
