/** A vault from one place to another, object by object as it lies there: nothing is opened, so a locked one would do. */
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { type Backend, keys, type StoredObject } from '../storage/backend.ts';
import { epochOfSlot } from './epochs.ts';
import type { Heads } from './log.ts';
import { isPack, lackedBy, type LogObject } from './logObjects.ts';
import { sequenceOf } from './record.ts';
import { listLog } from './storedLogs.ts';

/** Bytes that are in memory at once, but for one object. */
const batchSize = 32 * 1024 * 1024;

export interface CopyOptions {
  /** Told after each batch how many bytes went. */
  onCopied: (bytes: number) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Writers one by one, each with its objects before its records, so nobody ever sees a session by halves. What is there
 * already stays, also where a log went on there since: then nothing of that writer is copied, and the key slots are those
 * of the target. Everything that is copied is read back and compared.
 *
 * @throws ConvoSyncError `storage-conflict` where the target has something else under the same names
 */
export async function copyVault(source: Backend, target: Backend, { onCopied, signal }: CopyOptions): Promise<void> {
  await target.refresh(signal);
  const there = await target.list(keys.slots, signal);
  const isFounded = (await target.list(keys.vault, signal)).length > 0;
  const slots = await source.list(keys.slots, signal);
  const logs = await Promise.all([...(await source.logs(signal)).keys()].map(async (writer) => {
    const [log = [], there = []] = await Promise.all([source, target].map((backend) => listLog(backend, writer, signal)));
    return { writer, log, there, wentOn: wentOn(log, there, writer) };
  }));
  const isUsed = logs.some(({ wentOn }) => wentOn) || [...(await target.logs(signal)).keys()].some((writer) => !logs.some((log) => log.writer === writer));
  if (there.length > 0 && !isUsed) {
    await bringSlots(source, target, slots, signal);
  }
  if (isUsed && slots.some((slot) => epochOfSlot(slot) !== undefined && !there.includes(slot))) {
    throw new ConvoSyncError('storage-conflict', 'The keys were renewed here, and the vault went on at the other place without them.', { details: { store: target.describe() } });
  }
  let founding = isFounded ? [] : await read(source, [keys.vault, ...slots], signal);
  for (const { writer, log, there } of logs.filter((one) => !one.wentOn)) {
    const chunks = await source.list(keys.chunks(writer), signal);
    const expected = there.findLast((object) => !isPack(object))?.name;
    for await (const objects of batches(source, chunks, signal)) {
      throwIfCancelled(signal);
      await target.publish({ writer, expected, objects: [...founding, ...objects], records: [] }, signal);
      founding = [];
      await prove(target, objects, signal);
      onCopied(sizeOf(objects));
    }
    const added = lackedBy(there, log);
    const [packs = [], records = []] = await Promise.all([added.filter(isPack), added.filter((object) => !isPack(object))].map((objects) => read(source, objects.map(({ name }) => keys.record(writer, name)), signal)));
    if (added.length > 0) {
      await target.publish({ writer, expected, objects: [...founding, ...packs], records }, signal);
      founding = [];
      await prove(target, [...packs, ...records], signal);
      onCopied(sizeOf([...packs, ...records]));
    }
  }
}

/** Where a copy of before lies, also one that got no further, it may know of fewer epochs, and of slots that let nobody in any more. */
async function bringSlots(source: Backend, target: Backend, slots: readonly string[], signal?: AbortSignal): Promise<void> {
  const there = await target.list(keys.slots, signal);
  const [added, removed] = [slots.filter((slot) => !there.includes(slot)), there.filter((slot) => !slots.includes(slot))];
  if (added.length + removed.length > 0) {
    await target.changeSlots(await read(source, added, signal), removed, signal);
  }
}

async function* batches(source: Backend, wanted: readonly string[], signal?: AbortSignal): AsyncGenerator<StoredObject[]> {
  let batch: StoredObject[] = [];
  for (const key of wanted) {
    batch.push(...(await read(source, [key], signal)));
    if (sizeOf(batch) >= batchSize) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}

async function read(backend: Backend, wanted: readonly string[], signal?: AbortSignal): Promise<StoredObject[]> {
  return [...(await backend.get(wanted, signal))].map(([key, bytes]) => ({ key, bytes }));
}

async function prove(target: Backend, objects: readonly StoredObject[], signal?: AbortSignal): Promise<void> {
  const stored = await target.get(objects.map(({ key }) => key), signal);
  const other = objects.find(({ key, bytes }) => Buffer.compare(stored.get(key) ?? new Uint8Array(), bytes) !== 0);
  if (other) {
    throw new ConvoSyncError('storage-conflict', 'The place holds something else under the same name.', { details: { object: other.key, store: target.describe() } });
  }
}

/** The heads that a place does not hold: it ends before them, or holds other records. */
export async function lackingAt(backend: Backend, heads: Heads, signal?: AbortSignal): Promise<string[]> {
  const held = await Promise.all(Object.entries(heads).map(async ([writer, head]) => {
    const seq = sequenceOf(head);
    return (await listLog(backend, writer, signal)).some((object) => object.name === head || object.last > seq || (isPack(object) && object.last === seq)) ? [] : [head];
  }));
  return held.flat();
}

/**
 * Whether the target's log holds all of the source's, as it is or in packs, and more.
 *
 * @throws ConvoSyncError `storage-conflict` where each holds something that the other does not
 */
function wentOn(log: readonly LogObject[], there: readonly LogObject[], writer: string): boolean {
  const [isNotHere, isNotThere] = [lackedBy(log, there).length > 0, lackedBy(there, log).length > 0];
  if (isNotHere && isNotThere) {
    throw new ConvoSyncError('storage-conflict', 'The place holds another log of the same writer.', { details: { writer } });
  }
  return isNotHere;
}

function sizeOf(objects: readonly StoredObject[]): number {
  return objects.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
