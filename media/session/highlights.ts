/** Marks the searched words in what is rendered, by the browser's highlights: the elements stay untouched. */
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

const name = 'convosync-search';
const most = 1000;

export function useHighlights(root: RefObject<HTMLElement | null>, pattern: RegExp | undefined): void {
  useEffect(() => {
    const element = root.current;
    if (pattern === undefined || element === null || !('highlights' in CSS)) return;
    let frame = 0;
    const mark = () => {
      frame = 0;
      CSS.highlights.set(name, new Highlight(...rangesOf(element, new RegExp(pattern.source, 'giu'))));
    };
    const schedule = () => {
      frame ||= requestAnimationFrame(mark);
    };
    const observer = new MutationObserver(schedule);
    observer.observe(element, { childList: true, subtree: true, characterData: true });
    schedule();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      CSS.highlights.delete(name);
    };
  }, [pattern]);
}

function rangesOf(root: HTMLElement, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    for (const match of (node.nodeValue ?? '').matchAll(pattern)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      ranges.push(range);
      if (ranges.length === most) return ranges;
    }
  }
  return ranges;
}
