/** What every part of the page may use without it being handed down by name. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Block, KeptPage } from '../../src/protocol/session.ts';
import type { Host } from './host.ts';
import { kinds } from './search.ts';
import type { Kind } from './search.ts';

/** What the reader did to a conversation that is shown. It is kept while another one is. */
export interface Touched {
  /** What the reader unfolded, by `row:block`: rows that scroll out of view and back stay as they were. */
  unfolded: Set<string>;
  /** Blocks that came whole, by `row:block`. */
  whole: Map<string, Block>;
  /** What was typed into the search box, and what kinds of messages were chosen. */
  narrowing: { typed: string; chosen: ReadonlySet<Kind> };
}

/** @param kept what it was narrowed to before the window was loaded anew */
export function untouched(kept?: KeptPage): Touched {
  return { unfolded: new Set(), whole: new Map(), narrowing: { typed: kept?.typed ?? '', chosen: new Set(kinds.filter((kind) => kept?.kinds.includes(kind))) } };
}

export interface PageContext extends Touched {
  host: Host;
  /** Says a sentence to screen readers. */
  announce: (sentence: string) => void;
  /** The conversation that is shown, by its place in the session. */
  conversation: number;
  /** Whether it is part of a session, which other devices have too. */
  isSaved: boolean;
  /** The assistant's name. */
  agent: string;
}

export const Page = createContext<PageContext | undefined>(undefined);

export function usePage(): PageContext {
  const page = useContext(Page);
  if (page === undefined) throw new Error('Used outside of the page.');
  return page;
}

export interface SearchContext {
  pattern: RegExp | undefined;
  foundByHost: ReadonlySet<number>;
}

export const Search = createContext<SearchContext>({ pattern: undefined, foundByHost: new Set() });
