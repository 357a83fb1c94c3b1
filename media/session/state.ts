/** What the page knows. Loading, failed and empty are values of it, not the absence of others. */
import type { Action, HostMessage, Row, SessionFacts, VaultNotice, Verdict } from '../../src/protocol/session.ts';

export interface Shown {
  facts: SessionFacts;
  verdict: Verdict;
  handoff: string;
  vaultNotice: VaultNotice | undefined;
  timeline: TimelineState;
}

export type TimelineState =
  | { phase: 'loading' }
  /** `rows` are the first of `total`; fewer while batches are still coming. */
  | { phase: 'shown'; rows: readonly Row[]; total: number }
  | { phase: 'failed'; message: string; actions: readonly Action[] };

export type PageState =
  | { phase: 'loading' }
  | { phase: 'failed'; message: string; actions: readonly Action[] }
  | { phase: 'shown'; session: Shown };

export type PageEvent =
  | Exclude<HostMessage, { request: number }>
  /** The page's own: the user asked again; nothing came for long; something came that is not of the protocol. */
  | { type: 'retried' }
  | { type: 'silence' }
  | { type: 'not-understood' };

export const initialState: PageState = { phase: 'loading' };

export function reduce(state: PageState, event: PageEvent): PageState {
  switch (event.type) {
    case 'session': {
      const { facts, verdict, handoff, vaultNotice } = event;
      return { phase: 'shown', session: { facts, verdict, handoff, vaultNotice, timeline: { phase: 'loading' } } };
    }
    case 'verdict':
      return state.phase === 'shown' ? { phase: 'shown', session: { ...state.session, verdict: event.verdict } } : state;
    case 'timeline':
      return withTimeline(state, (timeline) => appended(timeline, event));
    case 'failed':
      return failed(state, event.message, event.actions);
    case 'retried':
      return initialState;
    case 'silence':
      return isWaiting(state) ? failed(state, 'ConvoSync has not answered for a while.', []) : state;
    case 'not-understood':
      return failed(state, 'This page and the ConvoSync extension do not understand each other. Reloading the window helps when one of them was updated.', []);
  }
}

/** True while something that was promised has not come. */
export function isWaiting(state: PageState): boolean {
  if (state.phase !== 'shown') return state.phase === 'loading';
  const { timeline } = state.session;
  return timeline.phase === 'loading' || (timeline.phase === 'shown' && timeline.rows.length < timeline.total);
}

function appended(timeline: TimelineState, batch: Extract<HostMessage, { type: 'timeline' }>): TimelineState {
  const known = timeline.phase === 'shown' && batch.from > 0 ? timeline.rows : [];
  if (batch.from !== known.length) {
    return { phase: 'failed', message: `Messages ${known.length + 1} to ${batch.from} did not arrive.`, actions: [] };
  }
  return { phase: 'shown', rows: [...known, ...batch.rows], total: batch.total };
}

/** What is already shown stays: a failure then is one of the timeline alone. */
function failed(state: PageState, message: string, actions: readonly Action[]): PageState {
  return state.phase === 'shown'
    ? withTimeline(state, () => ({ phase: 'failed', message, actions }))
    : { phase: 'failed', message, actions };
}

function withTimeline(state: PageState, change: (timeline: TimelineState) => TimelineState): PageState {
  if (state.phase !== 'shown') return state;
  return { phase: 'shown', session: { ...state.session, timeline: change(state.session.timeline) } };
}
