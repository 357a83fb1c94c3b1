/** One session of the store, as its files say it. */
import * as path from 'node:path';

import { tryReadFile } from '../../common/files.ts';
import { readBeginning, withFile } from '../fileEnds.ts';
import { entriesOf } from '../files.ts';
import { isAlive } from '../liveProcess.ts';
import { holderOf, sessionFolder, workspaceName } from './store.ts';
import { TranscriptReader } from './transcript.ts';
import { workspaceFields } from './workspaceFile.ts';

export interface SessionWorkspace {
  /** Where the session works; undefined where the file does not say. */
  cwd?: string;
  title?: string;
}

/** Empty where there is no such file. */
export async function readWorkspace(base: string, id: string): Promise<SessionWorkspace> {
  const text = await tryReadFile(path.join(sessionFolder(base, id), workspaceName));
  const fields = new Map(workspaceFields(text ?? '').map(({ name, value }) => [name, value]));
  const [cwd, title] = [fields.get('cwd'), fields.get('name')];
  return { ...(cwd === undefined ? {} : { cwd }), ...(title === undefined || title.trim() === '' ? {} : { title }) };
}

/** The same as far as the events say it. */
export async function peek(transcript: string): Promise<SessionWorkspace> {
  const { title, workingDirectory } = await beginning(transcript, (reader) => reader.title !== undefined && reader.workingDirectory !== undefined);
  return { ...(workingDirectory === undefined ? {} : { cwd: workingDirectory }), ...(title === undefined ? {} : { title }) };
}

export async function hasRecord(transcript: string): Promise<boolean> {
  return (await beginning(transcript, ({ records }) => records > 0)).records > 0;
}

async function beginning(transcript: string, isEnough: (reader: TranscriptReader) => boolean): Promise<TranscriptReader> {
  const reader = new TranscriptReader();
  await withFile(transcript, (handle) => readBeginning(handle, (value) => reader.add(value), () => isEnough(reader)));
  return reader;
}

/** Whether a live process has the session open: one that ends removes its file, one that is killed leaves it. */
export async function isOpen(base: string, id: string): Promise<boolean> {
  const holders = (await entriesOf(sessionFolder(base, id))).map(({ name }) => holderOf(name));
  return holders.some((pid) => pid !== undefined && isAlive(pid));
}
