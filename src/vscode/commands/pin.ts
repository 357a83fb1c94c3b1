import { t } from '../../l10n/language.ts';
import type { SessionReference } from '../contributions.ts';
import { withProgress } from '../progress.ts';
import { chosenSessions, whereKnown } from './delete.ts';
import { begin, type CommandParts } from './parts.ts';
import { othersFirst, pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

/** Retention lets pinned sessions be. */
export async function pinSessions(parts: CommandParts, verb: 'pin' | 'unpin', reference?: SessionReference, selected?: readonly SessionReference[]): Promise<void> {
  const { folder, sessions } = await chosenSessions(reference, selected, () => pickSession(parts, {
    title: verb === 'pin' ? t`ConvoSync: Pin` : t`ConvoSync: Unpin`,
    placeholder: verb === 'pin' ? t`Which session should stay, however old it becomes?` : t`Which session may grow old again?`,
    empty: verb === 'pin' ? t`There is no session that could be pinned.` : t`No session is pinned.`,
    from: (listing) => othersFirst(listing).filter(({ pinned }) => pinned === (verb === 'unpin')),
  }));
  const { core } = await begin(parts, folder);
  const { sent } = await withVault(core, folder, (vault) => withProgress(verb === 'pin' ? t`Pinning` : t`Unpinning`, (options) => core[verb](folder, sessions, { ...options, ...vault })));
  if (!sent) {
    parts.failures.offer('info', whereKnown(sent));
  }
  await parts.overview.refresh('local');
}
