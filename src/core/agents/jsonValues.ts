/**
 * Finds the JSON objects in a text that is not one of them: records glued together by a lost newline, a record
 * after the torn half of another, NULs left by a power cut, a pretty-printed document.
 */

export interface FoundObject {
  value: object;
  /** Position of its `{` in the text. */
  start: number;
  /** Whether whole objects alone lead from the beginning of the text to it, or from it to the end, or neither. */
  place: 'leading' | 'trailing' | 'fragment';
}

export interface FoundObjects {
  objects: FoundObject[];
  /** True when the text holds anything besides objects and white space. */
  garbage: boolean;
}

/**
 * An object within the torn half of a record is a fragment of it and no record, so each is told its place.
 * Work is bounded for hostile text, such as a million `{`.
 */
export function findObjects(text: string): FoundObjects {
  const objects: FoundObject[] = [];
  let budget = 16 * text.length + 4096;
  let firstGarbage = Infinity;
  let lastGarbage = -1;
  let position = 0;
  const garbageAt = (start: number, end: number): void => {
    if (text.slice(start, end).trim() !== '') {
      firstGarbage = Math.min(firstGarbage, start);
      lastGarbage = end;
    }
  };
  while (position < text.length && budget > 0) {
    const start = text.indexOf('{', position);
    if (start === -1) {
      break;
    }
    garbageAt(position, start);
    const end = endOfObject(text, start);
    budget -= (end ?? text.length) - start;
    const value = end === undefined ? undefined : tryParseObject(text.slice(start, end));
    if (end === undefined || value === undefined) {
      garbageAt(start, start + 1);
      position = start + 1;
    } else {
      objects.push({ value, start, place: 'fragment' });
      position = end;
    }
  }
  garbageAt(position, text.length);
  for (const object of objects) {
    if (object.start < firstGarbage) {
      object.place = 'leading';
    } else if (object.start >= lastGarbage) {
      object.place = 'trailing';
    }
  }
  return { objects, garbage: lastGarbage !== -1 };
}

/** The position after the `}` that closes the `{` at `start`; undefined when nothing closes it. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) {
        i += 1;
      } else if (unit === 0x22) {
        inString = false;
      }
    } else if (unit === 0x22) {
      inString = true;
    } else if (unit === 0x7b) {
      depth += 1;
    } else if (unit === 0x7d) {
      depth -= 1;
      if (depth === 0) {
        return i + 1;
      }
    }
  }
  return undefined;
}

/** The object that the whole text is; undefined for any other JSON and for what is none. */
export function tryParseObject(text: string): object | undefined {
  const trimmed = text.trim();
  // Most garbage shows at its first character, and a thrown error costs more than all the rest.
  if (!trimmed.startsWith('{')) {
    return undefined;
  }
  try {
    return JSON.parse(trimmed) as object;
  } catch {
    return undefined;
  }
}
