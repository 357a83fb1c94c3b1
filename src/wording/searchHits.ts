/** What was found in conversations and handoffs, for people. */
import type { SearchHit } from '../core/operations/report.ts';
import { t } from '../l10n/language.ts';
import { count } from './quantities.ts';

export function describeSpeaker({ said }: Pick<SearchHit, 'said'>): string {
  switch (said) {
    case 'user':
      return t`You`;
    case 'assistant':
      return t`Assistant`;
    case 'system':
      return t`Tools`;
    case 'title':
      return t`Session`;
    case 'handoff':
      return t`Handoff`;
  }
}

/** @param missing how many sessions were not searched, or not whole; more than none */
export function describeMissing(missing: number): string {
  return t`${count(missing, 'session')} could not be searched as a whole.`;
}
