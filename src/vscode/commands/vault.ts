/** The commands about the vault itself. */
import type { Listing } from '../../core/operations/report.ts';
import { t } from '../../l10n/language.ts';
import { firstLook } from '../../wording/stateCode.ts';
import { copyStateCode } from './copyStateCode.ts';
import { begin, type CommandParts } from './parts.ts';
import { withVault } from './withVault.ts';

/** Asks for what it takes to open the vault, if anything, and shows what is in it. Core remembers the answers. */
export async function openVault(parts: CommandParts, inFolder?: string): Promise<Listing> {
  const { core, folder } = await begin(parts, inFolder);
  const listing = await withVault(core, folder, (answer) => core.list(folder, answer));
  await parts.overview.refresh('user');
  return listing;
}

export async function chooseVault(parts: CommandParts): Promise<void> {
  await openVault(parts);
}

export async function unlockVault(parts: CommandParts): Promise<void> {
  const { sealing, problem } = await openVault(parts);
  const { core, folder } = await begin(parts);
  const { code } = await core.describeVault(folder, { refresh: false });
  if (sealing === 'not-chosen' && problem) {
    throw problem;
  }
  const said = {
    sealed: [t`The vault is unlocked on this device.`, ...(code === undefined ? [] : [t`State ${code}.`, firstLook()])].join(' '),
    readable: t`The vault here is not sealed, so there is nothing to unlock.`,
    'not-chosen': t`Nothing is saved here yet, so there is no vault to unlock.`,
  }[sealing];
  parts.failures.offer('info', said, ...(sealing === 'sealed' ? copyStateCode(code) : []));
}

/** Forgets the keys on this device, and shows nothing any more of what was opened with them. */
export async function lockVault(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const isLocked = await core.lock(folder);
  parts.failures.offer('info', isLocked ? t`The vault is locked on this device. Your sessions stay where they are.` : t`There is no unlocked vault here.`);
  await parts.overview.refresh('local');
}
