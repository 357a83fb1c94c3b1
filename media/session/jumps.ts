/** Where a reader may want to jump to in a long timeline. */
import { t } from '../../src/l10n/language.ts';
import { shortCommit } from './format.ts';
import { isOfKind } from './search.ts';
import type { Entry, Marker, Message } from './timeline.ts';

/** In the order in which they are offered. */
export function jumpGroups() {
  return { day: t`Days`, context: t`Branches and commits`, save: t`Saves`, error: t`Errors`, file: t`Files` } as const;
}

export interface JumpTarget {
  /** Of the entry. */
  index: number;
  kind: keyof ReturnType<typeof jumpGroups>;
  label: string;
}

/** A list that one scrolls for long helps nobody: the newest errors, the files that were touched first. */
const mostOfAKind = 200;

export function jumpsOf(entries: readonly Entry[]): JumpTarget[] {
  const jumps = entries.flatMap((entry, index) => [
    ...entry.markers.map((marker): JumpTarget => ({ index, ...target(marker) })),
    ...(entry.kind === 'message' && isOfKind(entry.message, 'errors') ? [{ index, kind: 'error', label: failureOf(entry.message) } as const] : []),
  ]);
  return [...jumps.filter(({ kind }) => kind !== 'error'), ...jumps.filter(({ kind }) => kind === 'error').slice(-mostOfAKind), ...filesOf(entries)];
}

function target(marker: Marker): Omit<JumpTarget, 'index'> {
  switch (marker.kind) {
    case 'day':
      return { kind: 'day', label: marker.day };
    case 'branch':
      return { kind: 'context', label: marker.switched ? t`On ${marker.branch}` : t`Branched to ${marker.branch}` };
    case 'fork':
      return { kind: 'context', label: t`Went on by itself` };
    case 'commit':
      return { kind: 'context', label: t`Committed ${shortCommit(marker.commit)}` };
    case 'save':
      return { kind: 'save', label: `${marker.save.device}: ${marker.save.title}` };
  }
}

function failureOf({ row, results }: Message): string {
  const failed = row.blocks.find((block) => block.type === 'toolCall' && results.get(block.callId)?.result.failed === true);
  return failed?.type === 'toolCall' ? `${failed.name} ${failed.summary.slice(0, 80)}` : t`A tool failed`;
}

/** Each where it was touched first, by its path. */
function filesOf(entries: readonly Entry[]): JumpTarget[] {
  const first = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    for (const { row } of entry.kind === 'message' ? [entry.message] : entry.messages) {
      for (const file of row.files ?? []) first.set(file, first.get(file) ?? index);
    }
  }
  return [...first].slice(0, mostOfAKind).map(([label, index]): JumpTarget => ({ index, kind: 'file', label })).sort((a, b) => a.label.localeCompare(b.label));
}
