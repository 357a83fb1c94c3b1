/** What a listing needs of a transcript: what its first record says, where the agent ran last, and its title. */
import { mentions, objectOf, readBeginning, readEnd, withFile } from '../fileEnds.ts';
import { parentThreadOf, type SessionMeta } from './records.ts';
import { TranscriptReader } from './transcript.ts';

export interface Peek {
  title?: string;
  /** Where the agent ran last. */
  folder?: string;
  /** Of models, as it was set last. */
  provider?: string;
  /** The conversation whose sub-agent this is. */
  parent?: string;
  base?: SessionMeta['history_base'];
  hasRecord: boolean;
}

/** How Windows marks a path that it is not to interpret, and Codex names some. */
const verbatim = /^\\\\\?\\(?=[A-Za-z]:)/;

/** Records of the end that change what the beginning says. */
const telling = ['"turn_context"', '"thread_name_updated"', '"thread_settings_applied"'];

export async function peek(file: string): Promise<Peek> {
  return withFile(file, async (handle) => {
    const reader = new TranscriptReader();
    await readBeginning(handle, (value) => reader.add(value), () => reader.meta !== undefined && reader.title !== undefined);
    for (const line of await readEnd(handle)) {
      const value = telling.some((type) => mentions(line, type)) ? objectOf(line) : undefined;
      if (value) {
        reader.add(value);
      }
    }
    const { title, lastFolder, provider, meta, records } = reader;
    const parent = meta && parentThreadOf(meta)?.toLowerCase();
    return {
      hasRecord: records > 0,
      base: meta?.history_base,
      ...(title === undefined ? {} : { title }),
      ...(lastFolder === undefined ? {} : { folder: lastFolder.replace(verbatim, '') }),
      ...(provider === undefined ? {} : { provider }),
      ...(parent === undefined ? {} : { parent }),
    };
  });
}
