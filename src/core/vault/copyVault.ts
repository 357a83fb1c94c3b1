/** A vault from one place to another, object by object as it lies there: nothing is opened, so a locked one would do. */
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { type Backend, keys, type StoredObject } from '../storage/backend.ts';
import { isPack, type LogObject, objectsBeyond } from './logObjects.ts';
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
 * already stays. Everything is read back and compared.
 *
 * @throws ConvoSyncError `storage-conflict` where the target has something else under the same names
 */
export async function copyVault(source: Backend, target: Backend, { onCopied, signal }: CopyOptions): Promise<void> {
  await target.refresh(signal);
  const hasDocuments = (await target.list(keys.slots, signal)).length > 0;
  const slots = await source.list(keys.slots, signal);
  if (hasDocuments) {
    await bringSlots(source, target, slots, signal);
  }
  let founding = hasDocuments ? [] : await read(source, [keys.vault, ...slots], signal);
  for (const writer of (await source.logs(signal)).keys()) {
    const [log = [], there = []] = await Promise.all([source, target].map((backend) => listLog(backend, writer, signal)));
    const chunks = await source.list(keys.chunks(writer), signal);
    assertBegins(log, there, writer);
    const expected = there.findLast((object) => !isPack(object))?.name;
    for await (const objects of batches(source, chunks, signal)) {
      throwIfCancelled(signal);
      await target.publish({ writer, expected, objects: [...founding, ...objects], records: [] }, signal);
      founding = [];
      await prove(target, objects, signal);
      onCopied(sizeOf(objects));
    }
    const added = objectsBeyond(log, 0).filter(({ name }) => !there.some((object) => object.name === name));
    const [packs = [], records = []] = await Promise.all([added.filter(isPack), added.filter((object) => !isPack(object))].map((objects) => read(source, objects.map(({ name }) => keys.record(writer, name)), signal)));
    if (added.length > 0) {
      await target.publish({ writer, expected, objects: [...founding, ...packs], records }, signal);
      founding = [];
      await prove(target, [...packs, ...records], signal);
      onCopied(sizeOf([...packs, ...records]));
    }
  }
}

/** Where a copy of before lies, it may know of fewer epochs, and of slots that let nobody in any more. */
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

/** What is there has to be there at the source too, as it is or in a pack. */
function assertBegins(log: readonly LogObject[], there: readonly LogObject[], writer: string): void {
  const known = new Set(log.map(({ name }) => name));
  if (objectsBeyond([...log, ...there], 0).some(({ name }) => !known.has(name))) {
    throw new ConvoSyncError('storage-conflict', 'The place holds another log of the same writer.', { details: { writer } });
  }
}

function sizeOf(objects: readonly StoredObject[]): number {
  return objects.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
