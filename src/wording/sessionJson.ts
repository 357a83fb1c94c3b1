/** A session as JSON: of `--json` and of what is exported. Field names may gain neighbours and never change their meaning. */
import type { OpenedSession } from '../core/operations/report.ts';
import type { SavedSession, TrashedSession } from '../core/vault/state.ts';

export function openedDocument({ session, manifest, verdict, conversations }: OpenedSession): unknown {
  return { session: sessionDocument(session), verdict, body: manifest.body, context: manifest.context, handoff: manifest.handoff, conversations };
}

/** A session in a list; `device.here` where it is known which device is this one. */
export function sessionDocument(session: SavedSession | TrashedSession, here?: string): unknown {
  const { summary, device, queued } = session;
  const { id, savedAt, message, repository, branch, commit, subject, conversations, excerpt, stored, automatic } = summary;
  return {
    id, savedAt, message, repository, branch, commit, subject, conversations, excerpt, stored, queued, automatic: automatic === true,
    device: { ...device, ...(here === undefined ? {} : { here: device.id === here }) },
    ...('trashedAt' in session ? { trashedAt: session.trashedAt } : {}),
  };
}
