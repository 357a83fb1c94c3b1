/** What every part of the page may use without it being handed down by name. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Block } from '../../src/protocol/session.ts';
import type { Host } from './host.ts';

export interface PageContext {
  host: Host;
  /** Says a sentence to screen readers. */
  announce: (sentence: string) => void;
  /** The assistant's name. */
  agent: string;
  /** What the reader unfolded, by `row:block`: rows that scroll out of view and back stay as they were. */
  unfolded: Set<string>;
  /** Blocks that came whole, by `row:block`. */
  whole: Map<string, Block>;
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
