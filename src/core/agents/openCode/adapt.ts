/**
 * What a session needs otherwise here: the folder in which it is imported, and under another id the ids of its messages and
 * their parts as well, which are there once in the program's database. The beginning of an id tells its place among the
 * others, so it stays.
 */
import { createHash } from 'node:crypto';

import type { Adaptation } from '../../session/adaptation.ts';
import type { Installation } from '../agent.ts';
import { adaptDocument } from '../adaptLines.ts';
import { linesOf } from '../jsonLines.ts';
import { tryParseObject } from '../jsonValues.ts';
import { resolveLinks, runFolder } from '../paths.ts';
import { fieldsOf, stringField } from '../toolFields.ts';
import { canonicalText, type IdPlace } from './canonicalText.ts';
import { suffixFrom } from './store.ts';

export async function adaptTranscript(stored: AsyncIterable<Uint8Array>, { id }: Installation): Promise<Adaptation[]> {
  const adaptations: Adaptation[] = [];
  for await (const { bytes, offset } of linesOf(stored)) {
    const text = Buffer.from(bytes ?? []).toString('utf8').trimEnd();
    const value = tryParseObject(text);
    const own = stringField(fieldsOf(value), 'sessionID');
    const places: IdPlace[] = [];
    // What is not as it was made cannot be told from what was said.
    if (own !== undefined && own !== id && canonicalText(value, places) === text) {
      adaptations.push(...places.map((place) => ({
        from: offset + Buffer.byteLength(text.slice(0, place.from)),
        stored: JSON.stringify(place.id),
        here: JSON.stringify(place.id === own ? id : idIn(id, place.id)),
      })));
    }
  }
  return adaptations;
}

export async function adaptSession(stored: AsyncIterable<Uint8Array>, { id, folder, workspace }: Installation, isMain: boolean): Promise<Adaptation[]> {
  const directory = await resolveLinks(runFolder(workspace, folder));
  return adaptDocument(stored, {
    wanted: () => [
      { field: ['directory'], value: directory },
      ...(isMain ? [{ field: ['id'], value: id }] : []),
    ],
  });
}

/** The id that a message or part has in a session of another id. */
function idIn(session: string, id: string): string {
  const [, beginning] = /^([a-z]+_[0-9a-f]{12})[0-9A-Za-z]+$/.exec(id) ?? [];
  return beginning === undefined ? id : `${beginning}${suffixFrom(createHash('sha256').update(`${session} ${id}`).digest())}`;
}
