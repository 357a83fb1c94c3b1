/** Blocks whose body was not sent whole: how they are asked for, and what can be said meanwhile. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { Block } from '../../src/protocol/session.ts';
import type { PageContext } from './context.ts';
import { usePage } from './context.ts';
import type { Place } from './timeline.ts';

export function placeKey({ row, block }: Place): string {
  return `${row}:${block}`;
}

/** @throws Error with the host's sentence when it refuses */
export async function fetchWhole<T extends Block>(page: PageContext, block: T, place: Place): Promise<T> {
  if (!isCut(block)) return block;
  const key = placeKey(place);
  const known = page.whole.get(key);
  if (known?.type === block.type) return known as T;
  const answer = await page.host.ask({ type: 'expand', conversation: page.conversation, ...place });
  if (answer.type !== 'expanded' || answer.block.type !== block.type) {
    throw new Error(answer.type === 'refused' ? answer.message : t`Something else came in its place.`);
  }
  page.whole.set(key, answer.block);
  return answer.block as T;
}

export function isCut(block: Block): boolean {
  return (block.omitted ?? 0) > 0;
}

export interface Whole<T> {
  block: T;
  state: 'cut' | 'loading' | 'whole' | 'failed';
  /** Why, when failed. */
  message: string;
  load: () => Promise<void>;
}

/** @param eager asks for it at once */
export function useWhole<T extends Block>(block: T, place: Place, eager = false): Whole<T> {
  const page = usePage();
  const known = page.whole.get(placeKey(place));
  const [whole, setWhole] = useState<T | undefined>(known?.type === block.type ? (known as T) : undefined);
  const [progress, setProgress] = useState<{ state: 'cut' | 'loading' | 'failed'; message: string }>({ state: 'cut', message: '' });

  const load = async () => {
    setProgress({ state: 'loading', message: '' });
    try {
      setWhole(await fetchWhole(page, block, place));
    } catch (error) {
      setProgress({ state: 'failed', message: error instanceof Error ? error.message : '' });
    }
  };
  useEffect(() => {
    if (eager && isCut(block) && whole === undefined) void load();
  }, []);

  if (whole !== undefined || !isCut(block)) return { block: whole ?? block, state: 'whole', message: '', load };
  return { block, ...progress, load };
}
