import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { writeFileAtomic } from '../common/files.ts';
import { randomId } from '../common/hash.ts';
import { applyBundle } from '../git/bundle.ts';
import type { Repository } from '../git/repository.ts';
import type { StoredBundle } from '../session/session.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Parts } from './parts.ts';
import type { SessionSource } from './sessionSource.ts';

/** Makes the objects of a bundle present in the repository. Throws as `applyBundle` and as reading its source does. */
export async function fetchBundle(parts: Parts, { repository, source }: { repository: Repository; source: SessionSource }, session: SavedSession, bundle: StoredBundle, signal?: AbortSignal): Promise<void> {
  const file = path.join(parts.home.root, 'cache', `${randomId()}.bundle`);
  try {
    await writeFileAtomic(file, source.contents.read(bundle.file, session, signal), { mode: 0o600 });
    await applyBundle(repository, file, signal);
  } finally {
    await rm(file, { force: true });
  }
}
