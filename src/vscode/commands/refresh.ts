import { ConvoSyncError } from '../../core/common/errors.ts';
import { begin, type CommandParts } from './parts.ts';
import { openVault } from './vault.ts';
import { withVault } from './withVault.ts';

/** Looks again, and sends what waits. What goes wrong is shown where sessions are listed, with the way out. */
export async function refresh(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const { overview } = parts;
  if ((overview.status?.queued ?? 0) > 0) {
    await withVault(core, folder, () => core.sync(folder));
  }
  await overview.refresh('user');
  const { state } = overview;
  const error = state.kind === 'failed' || state.kind === 'ready' ? state.error : undefined;
  if (ConvoSyncError.is(error, 'vault-choice', 'vault-locked')) {
    await openVault(parts, folder);
  } else if (error !== undefined) {
    throw error;
  }
}
