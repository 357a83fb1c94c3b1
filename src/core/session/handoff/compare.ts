/** What differs between two handoffs, section by section: how the work has gone on from one to the other. */
import type { Handoff, HandoffSection } from './handoff.ts';

export interface ComparedLine {
  change: 'same' | 'added' | 'removed';
  text: string;
}

export interface ComparedSection {
  /** As the newer one writes it; empty for text before the first heading. */
  title: string;
  change: 'same' | 'added' | 'removed' | 'changed';
  lines: ComparedLine[];
}

/** Beyond so many pairs of lines a section is shown as replaced: a person would not read the difference either. */
const mostPairs = 1_000_000;

/** In the order of the newer one; sections that it no longer has come last. Titles are the same in any case. */
export function compareHandoffs(older: Handoff, newer: Handoff): ComparedSection[] {
  const [before, after] = [bodies(older.sections), bodies(newer.sections)];
  return [...new Set([...after.keys(), ...before.keys()])].map((key): ComparedSection => {
    const [was, is] = [before.get(key), after.get(key)];
    const lines = compareLines(was?.lines ?? [], is?.lines ?? []);
    const change = !was ? 'added' : !is ? 'removed' : lines.every((line) => line.change === 'same') ? 'same' : 'changed';
    return { title: (is ?? was)?.title ?? '', change, lines };
  });
}

/** What has the same title twice is one section. */
function bodies(sections: readonly HandoffSection[]): Map<string, { title: string; lines: string[] }> {
  const found = new Map<string, { title: string; lines: string[] }>();
  for (const { title, body } of sections) {
    const key = title.toLowerCase();
    const lines = found.get(key)?.lines ?? [];
    for (const line of body === '' ? [] : body.split('\n')) {
      lines.push(line);
    }
    found.set(key, { title, lines });
  }
  return found;
}

function compareLines(before: readonly string[], after: readonly string[]): ComparedLine[] {
  const removed = (text: string): ComparedLine => ({ change: 'removed', text });
  const added = (text: string): ComparedLine => ({ change: 'added', text });
  if (before.length * after.length > mostPairs) {
    return before.join('\n') === after.join('\n') ? after.map((text) => ({ change: 'same', text })) : [...before.map(removed), ...after.map(added)];
  }
  const common = commonLengths(before, after);
  const lines: ComparedLine[] = [];
  for (let [i, j] = [0, 0]; i < before.length || j < after.length;) {
    const [was, is] = [before[i], after[j]];
    if (was !== undefined && was === is) {
      lines.push({ change: 'same', text: was });
      i++;
      j++;
    } else if (is === undefined || (was !== undefined && common(i + 1, j) >= common(i, j + 1))) {
      lines.push(removed(was ?? ''));
      i++;
    } else {
      lines.push(added(is));
      j++;
    }
  }
  return lines;
}

/** Length of the longest common subsequence of what follows line `i` and line `j`. */
function commonLengths(before: readonly string[], after: readonly string[]): (i: number, j: number) => number {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}
