/** What stands in the place of something that is not there yet, or could not be had. */
import { t } from '../../src/l10n/language.ts';
import { Actions } from './header.tsx';
import { Icon } from './icon.tsx';
import type { PageState } from './state.ts';

export function Loading({ words }: { words: string }) {
  return <div class="state" role="status"><Icon name="loading" spin /><p>{words}</p></div>;
}

export function Failed({ title, failure, onRetry }: { title: string; failure: Pick<Extract<PageState, { phase: 'failed' }>, 'message' | 'actions'>; onRetry: () => void }) {
  return (
    <div class="state failed" role="alert">
      <Icon name="error" />
      <p class="state-title">{title}</p>
      <p dir="auto">{failure.message}</p>
      <div class="actions"><button type="button" class="primary" onClick={onRetry}>{t`Try again`}</button></div>
      <Actions actions={failure.actions} />
    </div>
  );
}
