/**
 * What a session needs otherwise here: resuming goes to the folder that `workspace.yaml` names, and writes on under the id
 * with which the events begin, whatever the session's folder is called (measured on 1.0.102).
 */
import type { Adaptation } from '../../session/adaptation.ts';
import type { Installation } from '../agent.ts';
import { adaptLines } from '../adaptLines.ts';
import { resolveLinks, runFolder } from '../paths.ts';
import { workspaceFields, writtenValue } from './workspaceFile.ts';

export async function adaptTranscript(stored: AsyncIterable<Uint8Array>, { id }: Installation): Promise<Adaptation[]> {
  return adaptLines(stored, { wanted: ({ type }) => (type === 'session.start' ? [{ field: ['data', 'sessionId'], value: id }] : []) });
}

export async function adaptWorkspace(stored: AsyncIterable<Uint8Array>, { id, folder, workspace }: Installation): Promise<Adaptation[]> {
  const text = await textOf(stored);
  const here = new Map([
    ['id', id],
    ['cwd', await resolveLinks(runFolder(workspace, folder))],
    ['git_root', await resolveLinks(workspace.folder)],
  ]);
  return workspaceFields(text).flatMap(({ name, value, from, to }) => {
    const wanted = here.get(name);
    return wanted === undefined || wanted === value ? [] : [{ from: Buffer.byteLength(text.slice(0, from)), stored: text.slice(from, to), here: writtenValue(wanted) }];
  });
}

async function textOf(stored: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stored) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
