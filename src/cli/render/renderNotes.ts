import type { Note } from '../../core/operations/report.ts';
import { describeNote } from '../../wording/reports.ts';
import type { Look } from '../terminal/style.ts';

/** A line a note, and below it what to type where that helps. */
export function renderNotes(notes: readonly Note[], { style }: Look): string[] {
  return notes.flatMap((note) => [
    `${style.warn('!')} ${describeNote(note)}`,
    ...(note.kind === 'generic-device-name' ? [`    ${style.command('convosync devices rename <name>')}`] : []),
  ]);
}
