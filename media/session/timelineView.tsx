/** The timeline: toolbar and virtual list of entries. */
import type { RefObject, VNode } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { Row } from '../../src/protocol/session.ts';
import { Search, usePage } from './context.ts';
import { Entry, labelOf } from './entry.tsx';
import { number, shortCommit } from './format.ts';
import { useHighlights } from './highlights.ts';
import { Icon } from './icon.tsx';
import { jumpsOf } from './jumps.ts';
import { useNarrowing } from './narrowing.ts';
import type { Entry as EntryOf } from './timeline.ts';
import { entriesOf, leadOf, messagesOf } from './timeline.ts';
import { toggled } from './toggled.ts';
import { Toolbar } from './toolbar.tsx';
import { useVirtualRows } from './virtualRows.ts';

/** Milliseconds of rest before it is noted how far the reader has scrolled. */
const keepingPause = 100;

/** Pixels from the end within which a reader is at it. */
const nearTheEnd = 24;

export interface TimelineProps {
  rows: readonly Row[];
  total: number;
  /** More rows may come at any time: the list stays at its end while the reader is there. */
  isRunning: boolean;
  /** The row to show; then `onArrived` is called, and it is to be undefined again. */
  goTo: number | undefined;
  onArrived: () => void;
  scroller: RefObject<HTMLElement | null>;
}

export function Timeline({ rows, total, isRunning, goTo, onArrived, scroller }: TimelineProps) {
  const { agent, host } = usePage();
  const messages = useMemo(() => messagesOf(rows), [rows]);
  const narrowing = useNarrowing(messages);
  const { shown, isNarrowed, pattern, foundByHost } = narrowing;
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const entries = useMemo(() => entriesOf(shown, open, !isNarrowed), [shown, open, isNarrowed]);
  const contents = useContents(entries, (first) => setOpen((before) => toggled(before, first)));
  const heights = useMemo(() => entries.map(estimate), [entries]);
  const isWhole = rows.length >= total;
  const jumps = useMemo(() => (isWhole ? jumpsOf(entries) : []), [entries, isWhole]);

  const list = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState<string | undefined>();
  const activeIndex = useMemo(() => entries.findIndex((entry) => entry.key === active), [entries, active]);
  const { margin, covered } = usePlace(scroller, list, bar);
  const isPlaced = covered > 0;
  const virtual = useVirtualRows({
    count: entries.length,
    margin,
    covered,
    scroller,
    pinned: activeIndex,
    overscan: useOverscan(),
    keyOf: useCallback((index: number) => entries[index]?.key ?? String(index), [entries]),
    heightOf: useCallback((index: number) => heights[index] ?? 0, [heights]),
  });

  const [current, setCurrent] = useState(0);
  const go = (index: number) => {
    setCurrent(index);
    virtual.scrollToIndex(index, { align: 'start' });
  };
  const step = (by: number) => {
    if (entries.length > 0) go((current + by + entries.length) % entries.length);
  };

  /** The message to come back to when the list is no longer narrowed. */
  const anchor = useRef<string | undefined>(undefined);
  if (isNarrowed) anchor.current = entries[current]?.key;
  useEffect(() => {
    setCurrent(0);
    const back = isNarrowed ? -1 : entries.findIndex((entry) => entry.key === anchor.current);
    const element = scroller.current;
    if (back >= 0) virtual.scrollToIndex(back, { align: 'start' });
    else if (element !== null && element.scrollTop > margin - covered) element.scrollTop = margin - covered;
  }, [narrowing.words, narrowing.chosen]);

  const focus = (index: number) => {
    const entry = entries[index];
    if (entry === undefined) return;
    setActive(entry.key);
    virtual.scrollToIndex(index, { align: 'auto' });
    focusWhenRendered(list, index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { PageDown: activeIndex + 1, PageUp: activeIndex - 1, Home: 0, End: entries.length - 1 };
    const to = moves[event.key];
    const inside = event.target instanceof Element && event.target.closest('pre') !== null;
    if (to === undefined || inside || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    focus(Math.min(Math.max(to, 0), entries.length - 1));
  };
  const { follows, setFollows } = useFollowing(isRunning && goTo === undefined, scroller);
  useEffect(() => {
    if (follows && isPlaced && entries.length > 0) virtual.scrollToIndex(entries.length - 1, { align: 'end' });
  }, [follows, isPlaced, entries]);
  useEffect(() => {
    if (goTo === undefined || !isPlaced || rows.length === 0 || (goTo >= rows.length && rows.length < total)) return;
    if (isNarrowed) {
      narrowing.clear();
      return;
    }
    const index = Math.max(0, entries.findLastIndex((entry) => (leadOf(entry)?.row.index ?? 0) <= goTo));
    setActive(entries[index]?.key);
    go(index);
    onArrived();
  }, [goTo, entries, isPlaced]);
  useFindKey(input);
  useHighlights(list, pattern);

  const items = virtual.getVirtualItems();
  const topIndex = topOf(items, (virtual.scrollOffset ?? 0) + covered);
  const topRow = isNarrowed ? undefined : entries[topIndex] && leadOf(entries[topIndex])?.row.index;
  useEffect(() => {
    // Until it is shown, the row to go to is what is to be kept.
    const timer = goTo === undefined ? setTimeout(() => host.keep({ row: topRow }), keepingPause) : undefined;
    return () => clearTimeout(timer);
  }, [topRow, goTo === undefined]);
  const search = useMemo(() => ({ pattern, foundByHost }), [pattern, foundByHost]);
  return (
    <section class="timeline" aria-label={t`Timeline`}>
      <div class="bar" ref={bar}>
        <Toolbar
          words={narrowing.typed} onWords={narrowing.setTyped} chosen={narrowing.chosen} onKind={narrowing.toggleKind} counts={narrowing.counts}
          found={isNarrowed ? { count: entries.length, current } : undefined} onStep={step}
          follows={isRunning ? follows : undefined} onFollow={setFollows} jumps={jumps} onJump={go} context={contextOf(entries[topIndex])} input={input}
        />
        {narrowing.problem !== undefined && <p class="problem" role="alert">{t`Long outputs were searched in their beginnings only. ${narrowing.problem}`}</p>}
        {rows.length < total && <p class="progress" role="status"><Icon name="loading" spin /> {t`${number(rows.length)} of ${number(total)} messages are here…`}</p>}
      </div>
      <Search.Provider value={search}>
        <div class="rows" ref={list} role="feed" aria-label={t`Messages`} aria-busy={rows.length < total} style={{ height: `${virtual.getTotalSize()}px` }} onKeyDown={onKeyDown}>
          {items.map(({ index, key, start }) => {
            const entry = entries[index];
            return entry && (
              <article
                key={key} ref={virtual.measureElement} data-index={index} class="entry" aria-current={isNarrowed && index === current ? 'true' : undefined}
                aria-posinset={index + 1} aria-setsize={entries.length} aria-label={labelOf(entry, agent)}
                tabIndex={index === (activeIndex < 0 ? topIndex : activeIndex) ? 0 : -1} onFocusCapture={() => setActive(entry.key)}
                style={{ transform: `translateY(${start - margin}px)` }}
              >
                {contents(entry)}
              </article>
            );
          })}
        </div>
      </Search.Provider>
      {entries.length === 0 && (
        isNarrowed
          ? <div class="state"><p>{t`No message matches.`}</p><button type="button" class="secondary" onClick={narrowing.clear}>{t`Show all messages`}</button></div>
          : <div class="state"><p>{t`This conversation has no messages yet.`}</p></div>
      )}
    </section>
  );
}

/** Scrolling renders the list again and again; what an entry shows is made once for as long as the entries stay. */
function useContents(entries: readonly EntryOf[], onToggle: (first: number) => void): (entry: EntryOf) => VNode {
  return useMemo(() => {
    const made = new WeakMap<EntryOf, VNode>();
    return (entry) => {
      const contents = made.get(entry) ?? <Entry entry={entry} onToggle={onToggle} />;
      made.set(entry, contents);
      return contents;
    };
  }, [entries]);
}

/** Where the list begins in what is scrolled, and how much of the view the bar above it covers. */
function usePlace(scroller: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>, bar: RefObject<HTMLElement | null>) {
  const [place, setPlace] = useState({ margin: 0, covered: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      if (scroller.current === null || list.current === null || bar.current === null) return;
      const margin = Math.round(list.current.getBoundingClientRect().top - scroller.current.getBoundingClientRect().top + scroller.current.scrollTop);
      const covered = bar.current.offsetHeight;
      setPlace((before) => (before.margin === margin && before.covered === covered ? before : { margin, covered }));
    };
    const observer = new ResizeObserver(measure);
    scroller.current?.querySelectorAll('.head, .context').forEach((above) => observer.observe(above));
    if (bar.current) observer.observe(bar.current);
    measure();
    return () => observer.disconnect();
  }, []);
  return place;
}

/** Entries beyond the view are for scrolling: they are rendered once those in it have been seen. */
function useOverscan(): number {
  const [overscan, setOverscan] = useState(0);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setOverscan(6));
    return () => cancelAnimationFrame(frame);
  }, []);
  return overscan;
}

/** Whether the end of the list is kept in view. Going up ends that, and coming back to the end begins it again. */
function useFollowing(isRunning: boolean, scroller: RefObject<HTMLElement | null>) {
  const [follows, setFollows] = useState(isRunning);
  useEffect(() => {
    const element = scroller.current;
    if (!isRunning || element === null) return;
    const onWheel = ({ deltaY }: WheelEvent) => {
      if (deltaY < 0) setFollows(false);
    };
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (['ArrowUp', 'PageUp', 'Home'].includes(key)) setFollows(false);
    };
    const onScroll = () => {
      if (element.scrollHeight - element.scrollTop - element.clientHeight < nearTheEnd) setFollows(true);
    };
    element.addEventListener('wheel', onWheel, { passive: true });
    element.addEventListener('keydown', onKeyDown);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('keydown', onKeyDown);
      element.removeEventListener('scroll', onScroll);
    };
  }, [isRunning]);
  return { follows, setFollows };
}

function useFindKey(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const find = (event.ctrlKey || event.metaKey) && event.key === 'f';
      const slash = event.key === '/' && !(event.target instanceof HTMLInputElement);
      if (!find && !slash) return;
      event.preventDefault();
      input.current?.select();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Scrolling there may take some frames until the entry is rendered. */
function focusWhenRendered(list: RefObject<HTMLElement | null>, index: number, frames = 20): void {
  const element = list.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  if (element) element.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusWhenRendered(list, index, frames - 1));
}

/** The first entry that reaches below the offset. */
function topOf(items: readonly { index: number; end: number }[], offset: number): number {
  return items.find(({ end }) => end > offset)?.index ?? 0;
}

function contextOf(entry: EntryOf | undefined): string | undefined {
  const lead = entry && leadOf(entry);
  const parts = [lead?.branch, lead?.commit && shortCommit(lead.commit)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' @ ');
}

/** A guess at the height, until it is measured: close enough that the scroll bar does not jump. */
function estimate(entry: EntryOf): number {
  if (entry.kind !== 'message') return 40;
  const lines = entry.message.row.blocks.reduce((sum, block) =>
    sum + (block.type === 'text' ? Math.min(60, Math.ceil(block.text.length / 90) + 1) : block.type === 'image' ? 12 : 1.5), 0);
  return entry.markers.length * 44 + (entry.continued ? 8 : 34) + lines * 21;
}
