/**
 * A chat's state from the log of its changes, each a line:
 *
 *     {"kind":0,"v":state}                         all of it
 *     {"kind":1,"k":[path],"v":value}              set
 *     {"kind":2,"k":[path],"v":[items],"i":length} cut the list to a length, where one is given, and add to it
 *     {"kind":3,"k":[path]}                        remove
 *
 * Older versions keep the state alone, as one document.
 */
import * as z from 'zod';

import { fieldsOf } from '../toolFields.ts';

type Container = Record<string | number, unknown>;

const Key = z.union([z.int().nonnegative(), z.string().refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name))]);
const Entry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal(0), v: z.looseObject({}) }),
  z.object({ kind: z.literal(1), k: z.array(Key).min(1), v: z.unknown() }),
  z.object({ kind: z.literal(2), k: z.array(Key).min(1), v: z.array(z.unknown()).optional(), i: z.int().nonnegative().optional() }),
  z.object({ kind: z.literal(3), k: z.array(Key).min(1) }),
]);

/** Longest list that a log can make by naming an index. */
const longestList = 1_000_000;

export class MutationLog {
  #state: Container | undefined;

  /** Undefined before any state was read. */
  get state(): Readonly<Record<string, unknown>> | undefined {
    return this.#state;
  }

  /** False for what is no change, or a change of what is not there. */
  add(value: object): boolean {
    const entry = Entry.safeParse(value).data;
    if (!entry) {
      const isState = !('kind' in value) && Array.isArray(fieldsOf(value)['requests']);
      this.#state = isState ? { ...value } : this.#state;
      return isState;
    }
    if (entry.kind === 0) {
      this.#state = entry.v;
      return true;
    }
    const [last = '', ...rest] = entry.k.toReversed();
    const container = rest.reduceRight<Container | undefined>((at, key) => containerAt(at, key), this.#state);
    if (!container || (Array.isArray(container) && !(typeof last === 'number' && last < longestList))) {
      return false;
    }
    switch (entry.kind) {
      case 1:
        container[last] = entry.v;
        return true;
      case 2: {
        const list: unknown = Object.hasOwn(container, last) ? container[last] : [];
        if (!Array.isArray(list)) {
          return false;
        }
        container[last] = [...(list as unknown[]).slice(0, entry.i), ...(entry.v ?? [])];
        return true;
      }
      case 3:
        return Reflect.deleteProperty(container, last);
    }
  }
}

function containerAt(container: Container | undefined, key: string | number): Container | undefined {
  const inside: unknown = container && Object.hasOwn(container, key) ? container[key] : undefined;
  return typeof inside === 'object' && inside !== null ? (inside as Container) : undefined;
}
