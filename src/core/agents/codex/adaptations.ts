/**
 * What has to stand otherwise in a transcript so that Codex continues it on this machine, each found with the real program:
 *
 * - the provider of models, in the first record and wherever it was set: Codex continues with no other than it is set to use;
 * - the folder, in the first record and in the last turn: by that it lists what belongs to where it is started;
 * - the id of a conversation that gets another one: the first record's counts, and the file's name only leads there;
 * - the ordinal of records that have none, where an older version went on with a newer one's conversation: a transcript that
 *   ends with such a record is refused;
 * - how many bytes of another transcript a fork goes on from, where that one stands otherwise here.
 */
import type { Adaptation } from '../../session/adaptation.ts';
import { adaptRecord, type PlacedRecord, placedRecord, type WantedField } from '../adaptLines.ts';
import { linesOf } from '../jsonLines.ts';
import { RolloutRecord, SessionMeta } from './records.ts';

export interface Wanted {
  id: string;
  /** Absolute. */
  folder: string;
  provider: string;
  /** How many bytes the first records of another transcript take here, up to this ordinal; undefined for one that is not here. */
  sizeOf: (id: string, ordinal: number) => Promise<number | undefined>;
}

/** @param stored the main transcript */
export async function adaptations(stored: AsyncIterable<Uint8Array>, wanted: Wanted): Promise<Adaptation[]> {
  const found: Adaptation[] = [];
  let meta: SessionMeta | undefined;
  let next = 0;
  let lastTurn: PlacedRecord | undefined;
  for await (const line of linesOf(stored)) {
    const placed = placedRecord(line);
    const record = placed && RolloutRecord.safeParse(placed.value).data;
    if (!placed || !record) {
      continue;
    }
    if (meta?.history_mode === 'paginated' && record.ordinal === undefined) {
      found.push({ from: placed.start + placed.text.indexOf('{') + 1, stored: '', here: `"ordinal":${next},` });
    }
    next = record.ordinal === undefined ? next + 1 : record.ordinal + 1;
    if (record.type === 'session_meta') {
      found.push(...adaptRecord(placed, [...(meta ? [] : await beginning(SessionMeta.parse(record.payload), wanted)), { field: ['payload', 'model_provider'], value: wanted.provider }]));
      meta ??= SessionMeta.parse(record.payload);
    } else if (record.payload.type === 'thread_settings_applied') {
      found.push(...adaptRecord(placed, [{ field: ['payload', 'thread_settings', 'model_provider_id'], value: wanted.provider }]));
    } else if (record.type === 'turn_context') {
      lastTurn = placed;
    }
  }
  const folder = lastTurn ? adaptRecord(lastTurn, [{ field: ['payload', 'cwd'], value: wanted.folder }]) : [];
  return [...found, ...folder].sort((a, b) => a.from - b.from);
}

async function beginning(meta: SessionMeta, { id, folder, sizeOf }: Wanted): Promise<WantedField[]> {
  const base = meta.history_base;
  const size = base && (await sizeOf(base.thread_id, base.end_ordinal_exclusive));
  return [
    { field: ['payload', 'id'], value: id },
    ...(meta.session_id === meta.id ? [{ field: ['payload', 'session_id'], value: id }] : []),
    { field: ['payload', 'cwd'], value: folder },
    ...(size === undefined ? [] : [{ field: ['payload', 'history_base', 'end_byte_offset'], value: size }]),
  ];
}
