/**
 * Storing once more, sealed, what was saved while a vault was readable. Sealing it later changes nothing of what lies there:
 * objects are never overwritten. So every session of before gets objects of the newest epoch, under names that only the
 * vault's own devices can compute, and a record that names them; then nobody needs the readable ones, and they go in the two
 * phases in which everything goes (see `condemned`), those of another device when that one cleans.
 *
 * The records of before, which tell of each session its message, branch and titles, are signed as they are. Their writer
 * sends them once more in a sealed pack (see `packsDue`) and takes the readable ones away when it cleans. So those of a
 * device that never comes back stay readable, and so does, on git, whatever the host or a clone keeps of its history.
 *
 * It may end anywhere, and goes on when it is asked for again.
 */
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Chunk } from '../session/session.ts';
import { filesOf, withFiles } from '../session/storedFiles.ts';
import type { Cleaned } from './cleaning.ts';
import { storeAgain } from './fileStore.ts';
import { epochOf } from './object.ts';
import type { SessionContents } from './sessionContents.ts';
import type { SavedSession } from './state.ts';

/** Sessions that are sent together: what waits here takes room on the disk. */
const batch = 16;

/** Says how many sessions were stored again, and how many could not be, since what they are made of is damaged or gone. */
export async function sealAgain(vault: Cleaned, signal?: AbortSignal): Promise<{ sealed: number; unsealed: number }> {
  const { sessions, trash } = vault.state();
  const again = new Map<string, Chunk>();
  /** The last session of each conversation that was stored again: the manifest of another may lean on its own. */
  const stored = new Map<string, string>();
  let [sealed, unsealed] = [0, 0];
  for (const session of [...sessions, ...trash].filter(({ queued }) => !queued)) {
    throwIfCancelled(signal);
    const conversation = session.summary.conversations[0]?.id ?? '';
    const alike = vault.state().sessions.find(({ summary }) => summary.id === stored.get(conversation));
    try {
      const manifest = await storeSealed(vault.contents, session, { again, alike, signal });
      if (manifest !== undefined) {
        await vault.append({ type: 'session', summary: { ...session.summary, manifest } });
        stored.set(conversation, session.summary.id);
        sealed++;
        if (sealed % batch === 0) {
          await vault.send();
        }
      }
    } catch (error) {
      if (!ConvoSyncError.is(error, 'object-missing', 'vault-damaged', 'vault-forged', 'vault-newer-format')) {
        throw error;
      }
      unsealed++;
    }
  }
  if (sealed > 0) {
    await vault.send();
    await vault.noteMoved(again);
  }
  return { sealed, unsealed };
}

interface Storing {
  again: Map<string, Chunk>;
  alike: SavedSession | undefined;
  signal: AbortSignal | undefined;
}

/** The name of its new manifest; undefined for a session of which nothing lies readable. */
async function storeSealed(contents: SessionContents, session: SavedSession, { again, alike, signal }: Storing): Promise<string | undefined> {
  const { objects, nameKeys, writer, writers, sealedSince } = contents.options;
  const others = [session.writer, ...writers()];
  const { manifest: name } = session.summary;
  const manifest = await contents.readManifest(session, signal);
  const bytes = (await objects.get([{ name, writer: session.writer }], others, signal)).get(name) ?? new Uint8Array();
  if (epochOf(name, bytes) >= sealedSince && filesOf(manifest).every(({ epoch = 1 }) => epoch >= sealedSince)) {
    return undefined;
  }
  const sealed = await withFiles(manifest, async (file) => ((file.epoch ?? 1) >= sealedSince ? file : storeAgain(file, objects, { writer: writer(), nameKeys, others, again }, signal)));
  return contents.storeManifest(sealed, alike);
}
