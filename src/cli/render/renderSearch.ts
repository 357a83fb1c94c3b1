import type { Listing, SearchAnswer, SearchHit, SearchReadiness } from '../../core/operations/report.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { explainError } from '../../wording/errors.ts';
import { describeMissing, describeSpeaker } from '../../wording/searchHits.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import type { Look } from '../terminal/style.ts';
import { fit } from '../terminal/width.ts';

export interface SearchedSessions extends SearchAnswer, Pick<SearchReadiness, 'unread'> {
  listing: Listing;
}

export function renderSearch({ listing, hits, isMore }: SearchedSessions, look: Look): string {
  const { style, now, columns } = look;
  if (hits.length === 0) {
    return listing.sessions.length === 0 ? 'No sessions are saved for this repository yet.' : 'Nothing holds all of these words.';
  }
  const head = ({ session: { summary, device }, at }: SearchHit): string => {
    const rest = fit(`${deviceName(device, listing.sessions)}, ${summary.branch ?? 'no branch'}, ${age(at, now)}: ${summary.message}`, columns - shortId(summary.id).length - 2);
    return `${style.command(shortId(summary.id))}  ${rest}`;
  };
  const line = (hit: SearchHit): string => `  ${style.faint(`${describeSpeaker(hit)}: `)}${hit.snippet.map(({ text, isFound }) => (isFound ? style.strong(text) : text)).join('')}`;
  return [
    ...hits.flatMap((hit, index) => [...(index === 0 ? [] : ['']), head(hit), line(hit)]),
    ...(isMore ? ['', 'There is more; see it with --limit, or with more words.'] : []),
  ].join('\n');
}

/** What was not searched. Empty when all was. */
export function renderNotSearched({ unread: [first], missing }: Pick<SearchedSessions, 'unread' | 'missing'>, { style }: Look): string {
  if (missing === 0) {
    return '';
  }
  return `${style.warn('!')} ${describeMissing(missing)} ${first === undefined ? 'Another ConvoSync is reading them right now.' : explainError(first.error).title}`;
}
