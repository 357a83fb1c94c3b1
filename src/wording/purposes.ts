import { t } from '../l10n/language.ts';

/** As who holds a lock says what it is at, in English, and how that is worded. */
const purposes: Readonly<Record<string, () => string>> = {
  'changing the keys of the vault': () => t`changing the keys of the vault`,
  'choosing a place': () => t`choosing a place`,
  'choosing a vault': () => t`choosing a vault`,
  cleaning: () => t`cleaning`,
  'completing a save': () => t`completing a save`,
  deleting: () => t`deleting`,
  'ending an interrupted operation': () => t`ending an interrupted operation`,
  'forgetting a vault': () => t`forgetting a vault`,
  'letting a device in': () => t`letting a device in`,
  looking: () => t`looking`,
  'making an identity for this device': () => t`making an identity for this device`,
  mending: () => t`mending`,
  'moving the vault': () => t`moving the vault`,
  pinning: () => t`pinning`,
  'reading what was saved, to search it': () => t`reading what was saved, to search it`,
  recovering: () => t`recovering`,
  'remembering an answer': () => t`remembering an answer`,
  'removing the vault': () => t`removing the vault`,
  'renaming this device': () => t`renaming this device`,
  restoring: () => t`restoring`,
  resuming: () => t`resuming`,
  saving: () => t`saving`,
  'sealing the vault': () => t`sealing the vault`,
  sending: () => t`sending`,
  'taking a device out': () => t`taking a device out`,
  'undoing a resume': () => t`undoing a resume`,
  'undoing a save': () => t`undoing a save`,
  unpinning: () => t`unpinning`,
};

/** What another process is at; in its own words where it is of a version with purposes of its own. */
export function describePurpose(purpose: string | undefined): string {
  return purpose === undefined ? t`at work` : (purposes[purpose]?.() ?? purpose);
}
