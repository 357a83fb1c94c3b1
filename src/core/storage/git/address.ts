/**
 * Git places by address: `git:<url or path>` is a repository of its own, `branches:<url or path>` its branches, and
 * `branches` the branches of the repository's own remote. Credentials are git's own affair and never part of an address.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import { marked } from '../../common/marked.ts';
import { assertOneLine } from '../oneLine.ts';

export interface GitAddress {
  /** Undefined for the repository's own remote. */
  url: string | undefined;
  /** The person chose that the vault is to lie among the branches. */
  amongBranches: boolean;
}

/** An address as `normaliseGitAddress` writes it; undefined for one of another kind. */
export function parseGitAddress(address: string): GitAddress | undefined {
  const [, kind = '', url] = /^(git|branches)(?::(.+))?$/s.exec(address) ?? [];
  return kind === 'branches' || (kind === 'git' && url !== undefined) ? { url, amongBranches: kind === 'branches' } : undefined;
}

/**
 * An address as a person types it, as it is remembered; undefined for one of another kind.
 *
 * @param from folder that a relative path starts from
 * @param userHome what `~` stands for
 * @throws ConvoSyncError `usage` for one that holds a password, what git would not take for an address, or what is not one line
 */
export function normaliseGitAddress(text: string, { from, userHome }: { from: string; userHome: string }): string | undefined {
  // What can only be meant for git needs no word before it.
  const typed = /^(ssh|git):\/\//i.test(text) ? `git:${text}` : text.replace(/^git\+(?=[a-z]+:\/\/)/i, 'git:');
  const parsed = parseGitAddress(typed);
  if (parsed?.url === undefined) {
    return parsed && typed;
  }
  const { url } = parsed;
  const [, scheme, userinfo = ''] = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/@]*)@)?/i.exec(url) ?? [];
  if (userinfo.includes(':') || (userinfo !== '' && /^https?$/i.test(scheme ?? ''))) {
    throw new ConvoSyncError('usage', marked`The address holds a name or a password: leave them out, git asks for them, or has them from its credential helper.`);
  }
  if (url.startsWith('-') || /^[a-z0-9+.-]+::/i.test(url)) {
    throw new ConvoSyncError('usage', marked`That is no address of a git repository.`);
  }
  const isPath = scheme === undefined && (path.isAbsolute(url) || !/^[^/\\~.][^/\\]*:/.test(url));
  const address = `${parsed.amongBranches ? 'branches' : 'git'}:${isPath ? path.resolve(from, url.replace(/^~(?=$|[\\/])/, userHome)) : url}`;
  assertOneLine(address);
  return address;
}
