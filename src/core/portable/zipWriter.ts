/** Writes a zip file piece by piece, so that what is held of it at once does not grow with what it holds. */
import { Zip, ZipDeflate } from 'fflate/browser';

export interface FileToPack {
  name: string;
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export async function* packZip(files: readonly FileToPack[], mtime: Date): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const failures: Error[] = [];
  const zip = new Zip((error, piece) => {
    if (error) {
      failures.push(error);
    } else {
      ready.push(piece);
    }
  });
  function* taken(): Generator<Uint8Array> {
    if (failures[0]) {
      throw failures[0];
    }
    yield* ready.splice(0);
  }
  for (const { name, content } of files) {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = mtime;
    zip.add(entry);
    for await (const piece of content) {
      entry.push(piece);
      yield* taken();
    }
    entry.push(new Uint8Array(), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
