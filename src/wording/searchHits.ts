/** What was found in conversations and handoffs, for people. */
import type { SearchHit } from '../core/operations/report.ts';
import { count } from './quantities.ts';

const speakers: Record<SearchHit['said'], string> = { user: 'You', assistant: 'Assistant', system: 'Tools', title: 'Session', handoff: 'Handoff' };

export function describeSpeaker({ said }: Pick<SearchHit, 'said'>): string {
  return speakers[said];
}

/** @param missing how many sessions were not searched, or not whole; more than none */
export function describeMissing(missing: number): string {
  return `${count(missing, 'session')} could not be searched as a whole.`;
}
