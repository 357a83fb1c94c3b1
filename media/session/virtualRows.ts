/**
 * The virtual list: of all entries only those in view are rendered, and each is measured when it is. The entry that
 * holds the keyboard focus is always rendered, or the focus would be lost when it scrolls away.
 */
import { defaultRangeExtractor, elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export type VirtualRows = Virtualizer<HTMLElement, HTMLElement>;

interface VirtualRowsOptions {
  count: number;
  /** Of the scrolled element, from its top to the list's. */
  margin: number;
  /** Height at the top of the view that something sticks over. */
  covered: number;
  scroller: RefObject<HTMLElement | null>;
  /** Keep both functions as long as the entries stay the same. */
  keyOf: (index: number) => string;
  heightOf: (index: number) => number;
  /** Always rendered; -1 for none. */
  pinned: number;
  /** How many are rendered beyond each end of the view. */
  overscan: number;
}

export function useVirtualRows({ count, margin, covered, scroller, keyOf, heightOf, pinned, overscan }: VirtualRowsOptions): VirtualRows {
  const [, render] = useReducer<number, undefined>((renders) => renders + 1, 0);
  const options = {
    count,
    scrollMargin: margin,
    scrollPaddingStart: covered,
    getItemKey: keyOf,
    estimateSize: heightOf,
    overscan,
    getScrollElement: () => scroller.current,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => {
      const indexes = defaultRangeExtractor(range);
      return pinned < 0 || pinned >= count || indexes.includes(pinned) ? indexes : [...indexes, pinned].sort((a, b) => a - b);
    },
    onChange: () => render(undefined),
  };
  const [rows] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  return rows;
}
