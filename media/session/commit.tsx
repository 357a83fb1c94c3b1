import { t } from '../../src/l10n/language.ts';
import { usePage } from './context.ts';
import { shortCommit } from './format.ts';

export function Commit({ commit }: { commit: string }) {
  const { host } = usePage();
  return (
    <button type="button" class="commit-link" title={t`Open commit ${commit}`} onClick={() => host.post({ type: 'openCommit', commit })}>
      {shortCommit(commit)}
    </button>
  );
}
