/**
 * What has to stand otherwise in a transcript so that Codex continues it on this machine, each found with the real program:
 *
 * - the provider of models, in the first record and wherever it was set: Codex continues with no other than it is set to use;
 * - the folder of the first record, of each turn and of each setting that is elsewhere: by that of the last turn it lists what
 *   belongs to where it is started, and by that of the last setting it asks in which of two to go on, and may write in that one
 *   alone; what is there already stays as it is when more comes after it, for forks count its bytes;
 * - the id of a conversation that gets another one: the first record's counts, and the file's name only leads there;
 * - the ordinal of records that have none, where an older version went on with a newer one's conversation: a transcript that
 *   ends with such a record is refused;
 * - how many bytes of another transcript a fork goes on from, where that one stands otherwise here.
 */
import type { Adaptation } from '../../session/adaptation.ts';
import { adaptRecord, type PlacedRecord, placedRecord, type WantedField } from '../adaptLines.ts';
import { linesOf } from '../jsonLines.ts';
import { RolloutRecord, SessionMeta, ThreadSettings } from './records.ts';

export interface Wanted {
  id: string;
  /** Absolute. */
  folder: string;
  /** Whether a folder is one of the workspace, and can stay. */
  isHere: (folder: unknown) => boolean;
  provider: string;
  /** How many bytes the first records of another transcript take here, up to this ordinal; undefined for one that is not here. */
  sizeOf: (id: string, ordinal: number) => Promise<number | undefined>;
}

/** @param stored the main transcript */
export async function adaptations(stored: AsyncIterable<Uint8Array>, wanted: Wanted): Promise<Adaptation[]> {
  const found: Adaptation[] = [];
  let meta: SessionMeta | undefined;
  let next = 0;
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
      found.push(...(meta ? [] : inFolder(placed, wanted)));
      meta ??= SessionMeta.parse(record.payload);
    } else if (record.payload.type === 'thread_settings_applied') {
      found.push(...adaptRecord(placed, settingsHere(ThreadSettings.parse(record.payload['thread_settings']), wanted).map(({ field, value }) => ({ field: ['payload', 'thread_settings', ...field], value }))));
    } else if (record.type === 'turn_context') {
      found.push(...inFolder(placed, wanted));
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

function settingsHere({ cwd, runtime_workspace_roots: roots }: ThreadSettings, { provider, folder, isHere }: Wanted): WantedField[] {
  const ofFolder = cwd === undefined || isHere(cwd) ? [] : [{ field: ['cwd'], value: folder }, { field: ['runtime_workspace_roots'], value: roots.map((root) => (root === cwd ? folder : root)) }];
  return [{ field: ['model_provider_id'], value: provider }, ...ofFolder];
}

function inFolder(record: PlacedRecord, { folder, isHere }: Wanted): Adaptation[] {
  return adaptRecord(record, [{ field: ['payload', 'cwd'], value: folder }]).filter(({ stored }) => !isHere(JSON.parse(stored)));
}

async function beginning(meta: SessionMeta, { id, sizeOf }: Wanted): Promise<WantedField[]> {
  const base = meta.history_base;
  const size = base && (await sizeOf(base.thread_id, base.end_ordinal_exclusive));
  return [
    { field: ['payload', 'id'], value: id },
    ...(meta.session_id === meta.id ? [{ field: ['payload', 'session_id'], value: id }] : []),
    ...(size === undefined ? [] : [{ field: ['payload', 'history_base', 'end_byte_offset'], value: size }]),
  ];
}
