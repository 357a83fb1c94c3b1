/**
 * Titles, branch names, names of devices and git's messages come from other people's machines. Before they reach a
 * terminal they lose everything that could steer it: escape sequences, control characters and marks that reverse the
 * direction of what follows. Line breaks and tabs stay.
 */
import { stripVTControlCharacters } from 'node:util';
import { ConvoSyncError } from '../../core/common/errors.ts';

 
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

export function safeText(text: string): string {
  return stripVTControlCharacters(text).replace(steering, '');
}

/**
 * A copy in which every text is safe, at any depth: arrays, our own errors, and objects with what they hold and what their class
 * tells of them, which is read when it is asked for. What JavaScript itself brings, such as a date, stays as it is.
 */
export function safeCopy<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value === 'string') {
    return safeText(value);
  }
  if (Array.isArray(value)) {
    return value.map(copy);
  }
  if (ConvoSyncError.is(value)) {
    return new ConvoSyncError(value.code, safeText(value.message), { cause: value.cause, details: safeCopy(value.details) });
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') {
    return value;
  }
  const original = value as object;
  const held = Object.fromEntries(Object.entries(original).map(([key, item]) => [key, copy(item)]));
  const prototype = Object.getPrototypeOf(original) as object | null;
  if (prototype === null || prototype === Object.prototype) {
    return held;
  }
  const safe = Object.assign(Object.create(toldBy(prototype)) as object, held);
  originals.set(safe, original);
  return safe;
}

const originals = new WeakMap<object, object>();
const told = new WeakMap<object, object>();

/** What stands in the place of a class: the same accessors, each safe. Made once for ten thousand sessions of a list. */
function toldBy(prototype: object): object {
  const known = told.get(prototype);
  if (known) {
    return known;
  }
  const accessors = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([, descriptor]) => 'get' in descriptor).map(([key]) => key);
  const made = Object.create(Object.prototype, Object.fromEntries(accessors.map((key) => [key, {
    get(this: object): unknown {
      return copy(Reflect.get(prototype, key, originals.get(this)));
    },
  }]))) as object;
  told.set(prototype, made);
  return made;
}
