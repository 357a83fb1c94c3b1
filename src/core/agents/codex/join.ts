/**
 * Two continuations of one conversation as one. Codex tells its model all that a transcript holds, in the order of the file,
 * so what was added elsewhere simply follows: whole turns, each known by its id, with ordinals that go on from what is here.
 * What is here always stays: a fork counts its bytes.
 *
 * What is not proven by that is not joined: a turn that has not come to its end or says two things, words outside of any, a
 * history that was condensed or gone back in.
 */
import { isUtf8 } from 'node:buffer';

import type { Joined } from '../agent.ts';
import { tryParseObject } from '../jsonValues.ts';
import { RolloutRecord } from './records.ts';

interface Line {
  text: string;
  record: RolloutRecord;
}

/** A turn by its id, or a record between turns by what it says. */
interface Unit {
  key: string;
  lines: Line[];
}

/** Events after which the history is another one than the records before say. */
const rewriting = new Set(['context_compacted', 'thread_rolled_back']);

/**
 * @param here what the transcript of this machine has after the common beginning, in whole lines
 * @param there what the other one has after it
 * @returns undefined where the two cannot be proven to go together
 */
export function joinContinuations(here: Uint8Array, there: Uint8Array): Joined | undefined {
  const [own, other] = [linesOf(here), linesOf(there)];
  const [ownUnits, otherUnits] = [own && unitsOf(own), other && unitsOf(other)];
  if (!own || !other || !ownUnits || !otherUnits) {
    return undefined;
  }
  const known = new Map(ownUnits.map((unit) => [unit.key, saidIn(unit)]));
  if (otherUnits.some((unit) => known.has(unit.key) && known.get(unit.key) !== saidIn(unit))) {
    return undefined;
  }
  const added = otherUnits.filter(({ key }) => !known.has(key)).flatMap(({ lines }) => lines);
  const texts = numbered(added, ordinalAfter(own, other));
  return texts && { added: Buffer.from(texts.join('')), contained: false };
}

/** Undefined unless every line is whole and a record that may stand anywhere in a history. */
function linesOf(tail: Uint8Array): Line[] | undefined {
  if (!isUtf8(tail)) {
    return undefined;
  }
  const lines: Line[] = [];
  for (const text of Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength).toString('utf8').split(/(?<=\n)/).filter((line) => line !== '')) {
    const record = RolloutRecord.safeParse(tryParseObject(text)).data;
    if (!record || !text.endsWith('\n') || record.type === 'compacted' || record.type === 'session_meta' || rewriting.has(record.payload.type ?? '')) {
      return undefined;
    }
    lines.push({ text, record });
  }
  return lines;
}

/** Undefined where a turn has no end, or something was said outside of any. */
function unitsOf(lines: readonly Line[]): Unit[] | undefined {
  const units: Unit[] = [];
  let turn: Unit | undefined;
  for (const line of lines) {
    const { type, payload } = line.record;
    const id = type === 'event_msg' && typeof payload['turn_id'] === 'string' ? payload['turn_id'] : undefined;
    const begins = payload.type === 'task_started';
    const ends = payload.type === 'task_complete' || payload.type === 'turn_aborted';
    if ((begins && (turn !== undefined || id === undefined)) || (!begins && !turn && (type !== 'event_msg' || ends)) || (ends && id !== turn?.key)) {
      return undefined;
    }
    if (begins && id !== undefined) {
      turn = { key: id, lines: [] };
      units.push(turn);
    }
    if (turn) {
      turn.lines.push(line);
    } else {
      units.push({ key: withoutOrdinal(line), lines: [line] });
    }
    turn = ends ? undefined : turn;
  }
  return turn ? undefined : units;
}

function saidIn({ lines }: Unit): string {
  return lines.map(withoutOrdinal).join('');
}

function withoutOrdinal({ text }: Pick<Line, 'text'>): string {
  return JSON.stringify({ ...tryParseObject(text), ordinal: undefined });
}

/** The ordinal of what follows; undefined where records have none. */
function ordinalAfter(own: readonly Line[], other: readonly Line[]): number | undefined {
  const begins = own[0]?.record.ordinal ?? other[0]?.record.ordinal;
  return begins === undefined ? undefined : own.reduce((next, { record }) => (record.ordinal ?? next) + 1, begins);
}

/** A record without an ordinal stays so: it gets one where it is installed. */
function numbered(lines: readonly Line[], first: number | undefined): string[] | undefined {
  const texts: string[] = [];
  for (const [index, line] of lines.entries()) {
    const { text, record: { ordinal } } = line;
    const wanted = (first ?? 0) + index;
    const changed = ordinal === undefined ? text : text.replace(`"ordinal":${ordinal}`, `"ordinal":${wanted}`);
    const record = RolloutRecord.safeParse(tryParseObject(changed)).data;
    if (ordinal !== undefined && (first === undefined || record?.ordinal !== wanted || withoutOrdinal({ text: changed }) !== withoutOrdinal(line))) {
      return undefined;
    }
    texts.push(changed);
  }
  return texts;
}
