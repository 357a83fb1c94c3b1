/** What stopped git where preflight could not see it coming: a hook of the user's, or changes that git was told to overlook. */
import { t } from '../l10n/language.ts';
import { listFact, textFact } from './facts.ts';
import { names } from './quantities.ts';

interface Failure {
  title: string;
  safe: string;
  hint: string;
}

type Details = Readonly<Record<string, unknown>>;

/** Undefined for what only git's own words tell. */
export function explainGitFailure(details: Details): Failure | undefined {
  const hooks = listFact(details, 'hooks');
  if (hooks.length > 0) {
    return {
      title: hooks.length === 1 ? t`The ${hooks[0] ?? ''} hook of this repository stopped the commit.` : t`A hook of this repository stopped the commit (${hooks.reduce((before, hook) => t`${before} or ${hook}`)}).`,
      safe: t`Nothing was committed, and everything was put back as it was.`,
      hint: t`Try again once the hook lets it through. A snapshot (--stash) commits nothing, so no hook runs.`,
    };
  }
  const files = filesInTheWay(textFact(details, 'stderr') ?? '');
  return files.length === 0 ? undefined : {
    title: t`Changes in ${names(files)} are in the way, and git was told to overlook them.`,
    safe: t`They were not overwritten, and everything was put back as it was.`,
    hint: t`“git update-index --no-skip-worktree ${files[0] ?? ''}” (or --no-assume-unchanged) shows them to git again; then stash or commit them, and try again.`,
  };
}

/** As `git switch` and `git merge` list them, and as `git reset --keep` names one. */
function filesInTheWay(stderr: string): string[] {
  const listed = /^error: Your local changes to the following files would be overwritten by \w+:\n((?:\t.*\n?)+)/m.exec(stderr)?.[1];
  const named = [...stderr.matchAll(/^error: Entry '(.+)' not uptodate\. Cannot merge\.$/gm)].map(([, file = '']) => file);
  return listed === undefined ? named : listed.split('\n').map((line) => line.trim()).filter(Boolean);
}
