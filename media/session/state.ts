/** What the page knows. Loading, failed and empty are values of it, not the absence of others. */
import { t } from '../../src/l10n/language.ts';
import type { Action, HostMessage, Row, SessionFacts, VaultNotice, Verdict, WasOpen } from '../../src/protocol/session.ts';

export interface Shown {
  facts: SessionFacts;
  verdict: Verdict;
  handoff: string;
  /** The conversation that the handoff was made of, where there are several. */
  handoffOf: number | undefined;
  wasOpen: WasOpen | undefined;
  vaultNotice: VaultNotice | undefined;
  /** By the conversation's place in the facts; of those that were shown so far. */
  timelines: ReadonlyMap<number, TimelineState>;
}

export type TimelineState =
  | { phase: 'loading' }
  /** `rows` are the first of `total`; fewer while batches are still coming. */
  | { phase: 'shown'; rows: readonly Row[]; total: number }
  | { phase: 'failed'; message: string; actions: readonly Action[] };

export interface GoTo {
  conversation: number;
  row: number;
}

export type PageState = {
  /** The conversation whose timeline the reader has chosen, by its place in the session. */
  chosen: number;
  /** A message that is to be shown, until it is. */
  goTo?: GoTo | undefined;
} & (
  | { phase: 'loading' }
  | { phase: 'failed'; message: string; actions: readonly Action[] }
  | { phase: 'shown'; session: Shown }
);

export type PageEvent =
  | Exclude<HostMessage, { request: number }>
  /** The page's own: the user chose another conversation; the message to go to is shown; asked again; nothing came for long; something came that is not of the protocol. */
  | { type: 'chosen'; conversation: number }
  | { type: 'arrived' }
  | { type: 'retried' }
  | { type: 'silence' }
  | { type: 'not-understood' };

export const initialState: PageState = { phase: 'loading', chosen: 0 };

export function reduce(state: PageState, event: PageEvent): PageState {
  const { chosen, goTo } = state;
  switch (event.type) {
    case 'session': {
      const { facts, verdict, handoff, handoffOf, wasOpen, vaultNotice } = event;
      return { phase: 'shown', goTo, chosen: chosen < facts.conversations.length ? chosen : 0, session: { facts, verdict, handoff, handoffOf, wasOpen, vaultNotice, timelines: new Map() } };
    }
    case 'goTo':
      return { ...state, chosen: event.conversation, goTo: { conversation: event.conversation, row: event.row } };
    case 'arrived':
      return { ...state, goTo: undefined };
    case 'verdict':
      return state.phase === 'shown' ? { ...state, session: { ...state.session, verdict: event.verdict } } : state;
    case 'timeline':
      return withTimeline(state, event.conversation, (timeline) => appended(timeline, event));
    case 'chosen':
      return { ...state, chosen: event.conversation };
    case 'failed':
      return failed(state, event.message, event.actions);
    case 'retried':
      return { ...initialState, chosen, goTo };
    case 'silence':
      return isWaiting(state) ? failed(state, t`ConvoSync has not answered for a while.`, []) : state;
    case 'not-understood':
      return failed(state, t`This page and the ConvoSync extension do not understand each other. Reloading the window helps when one of them was updated.`, []);
  }
}

/** That of the chosen conversation. */
export function timelineOf({ timelines }: Shown, chosen: number): TimelineState {
  return timelines.get(chosen) ?? { phase: 'loading' };
}

/** True while something that was promised has not come. */
export function isWaiting(state: PageState): boolean {
  if (state.phase !== 'shown') return state.phase === 'loading';
  const timeline = timelineOf(state.session, state.chosen);
  return timeline.phase === 'loading' || (timeline.phase === 'shown' && timeline.rows.length < timeline.total);
}

function appended(timeline: TimelineState, batch: Extract<HostMessage, { type: 'timeline' }>): TimelineState {
  const known = timeline.phase === 'shown' ? timeline.rows.slice(0, batch.from) : [];
  if (batch.from > known.length) {
    return { phase: 'failed', message: t`Messages ${known.length + 1} to ${batch.from} did not arrive.`, actions: [] };
  }
  return { phase: 'shown', rows: [...known, ...batch.rows], total: batch.total };
}

/** What is already shown stays: a failure then is one of the timeline alone. */
function failed(state: PageState, message: string, actions: readonly Action[]): PageState {
  return state.phase === 'shown'
    ? withTimeline(state, state.chosen, () => ({ phase: 'failed', message, actions }))
    : { phase: 'failed', chosen: state.chosen, goTo: state.goTo, message, actions };
}

function withTimeline(state: PageState, conversation: number, change: (timeline: TimelineState) => TimelineState): PageState {
  if (state.phase !== 'shown') return state;
  const { session } = state;
  return { ...state, session: { ...session, timelines: new Map(session.timelines).set(conversation, change(timelineOf(session, conversation))) } };
}
