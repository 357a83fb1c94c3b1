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

/** A copy in which every text is safe, at any depth: arrays, plain objects and our own errors. */
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
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
  }
  return value;
}
