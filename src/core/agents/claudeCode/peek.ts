/** What a listing needs of a transcript: its title and the working directories that it names. */
import type { FileHandle } from 'node:fs/promises';

import { mentions, objectOf, readBeginning, readEnd, withFile } from '../fileEnds.ts';
import { TranscriptReader } from './transcript.ts';

export interface Peek {
  title?: string;
  workingDirectories: string[];
}

export async function peek(file: string): Promise<Peek> {
  return withFile(file, async (handle) => {
    const reader = await beginning(handle, ({ title, workingDirectories }) => title !== undefined && workingDirectories.size > 0);
    await addEnd(handle, reader);
    const { title, workingDirectories } = reader;
    return { workingDirectories: [...workingDirectories], ...(title === undefined ? {} : { title }) };
  });
}

/** The session that the first records name; undefined when they name none. */
export async function sessionIdIn(file: string): Promise<string | undefined> {
  return withFile(file, async (handle) => (await beginning(handle, ({ sessionId }) => sessionId !== undefined)).sessionId);
}

export async function hasRecord(file: string): Promise<boolean> {
  return withFile(file, async (handle) => (await beginning(handle, ({ records }) => records > 0)).records > 0);
}

async function beginning(handle: FileHandle, isEnough: (reader: TranscriptReader) => boolean): Promise<TranscriptReader> {
  const reader = new TranscriptReader();
  await readBeginning(handle, (value) => reader.add(value), () => isEnough(reader));
  return reader;
}

/** The end is where the agent repeats its titles, and where a conversation that moved names its new folder. */
async function addEnd(handle: FileHandle, reader: TranscriptReader): Promise<void> {
  const lines = await readEnd(handle);
  const lastPlace = lines.findLast((line) => mentions(line, '"cwd"'));
  for (const line of lines.filter((each) => each === lastPlace || mentions(each, '-title"') || mentions(each, '"summary"'))) {
    const value = objectOf(line);
    if (value) {
      reader.add(value);
    }
  }
}
