/** What is said when a vault gets new keys: honest about what stays readable, and to whom. */
import type { SealedVault } from '../core/operations/renewKeys.ts';
import type { CleanReport } from '../core/vault/cleaning.ts';
import { grace } from '../core/vault/condemned.ts';
import { describeObstacle } from './cleaning.ts';
import { count } from './quantities.ts';

export const sealing = {
  prompt: 'A passphrase to seal the vault with',
  question: 'What is saved from now on, only your devices can read. Your other devices ask for the passphrase once.',
};

/** One sentence a line. */
export function describeSealed({ readable }: Pick<SealedVault, 'readable'>): string[] {
  return [
    'The vault is sealed: what is saved from now on only your own devices can read.',
    ...(readable === 0 ? [] : [`${count(readable, 'session')} that ${readable === 1 ? 'was' : 'were'} saved before ${readable === 1 ? 'lies' : 'lie'} at the place readable as before: sealing hides nothing that was open. Store ${readable === 1 ? 'it' : 'them'} once more, sealed, and the readable copies are taken away about ${grace} days later. Count them as read all the same.`]),
    'Each of your other devices asks for the passphrase once.',
  ];
}

export const sealingAgain = {
  question: (readable: number): string => `Store ${count(readable, 'session')} from before once more, sealed?`,
  detail: `The readable copies are taken away about ${grace} days later. Sealing hides nothing that was open: count it as read. You can also do it later, with Seal the Vault.`,
  none: 'Nothing lies readable that was saved before the vault was sealed.',
};

/** What became of sessions from before, and what of them can still be read, and where. One sentence a line. */
export function describeSealedAgain({ sealed, unsealed, obstacle }: Pick<CleanReport, 'sealed' | 'unsealed' | 'obstacle'>): string[] {
  if (sealed + unsealed === 0) {
    return [sealingAgain.none];
  }
  return [
    ...(sealed === 0 ? [] : [`${count(sealed, 'session')} from before ${sealed === 1 ? 'was' : 'were'} stored once more, sealed.`]),
    ...(unsealed === 0 ? [] : [`${count(unsealed, 'session')} could not be read and ${unsealed === 1 ? 'stays' : 'stay'} as ${unsealed === 1 ? 'it is' : 'they are'}.`]),
    ...(sealed === 0 ? [] : [
      `Until they are taken away, the readable copies can be read as before: those that this device stored for about ${grace} days, those of another device until that one has saved, and cleaned ${grace} days later.`,
      'The list of what each device saved before (messages, branches, titles, times) stays readable until that device has saved twice and cleaned: for ever, if it never does.',
      'Where the place is a git remote, its host and every clone of these refs may keep what was there. Count it as read.',
    ]),
    ...(obstacle === undefined ? [] : [describeObstacle(obstacle)]),
  ];
}

export const revoking = {
  question: (device: string): string => `Take “${device}” out of the vault?`,
  consequence: 'The vault gets new keys. That device cannot read what is saved from now on, and nothing that it saves is used. What it has read, it has.',
  mayBeKnown: 'Whoever has that device may know the passphrase, and could open the vault again with it.',
  passphrase: 'Does whoever has that device know the passphrase?',
  keep: { label: 'Keep the Passphrase', detail: 'When nobody but you knows it.' },
  change: { label: 'Choose a New One', detail: 'Who knows the passphrase could open the vault again.' },
};

/** One sentence a line. */
export function describeRevoked(device: string, { keepsPassphrase }: { keepsPassphrase: boolean }): string[] {
  return [
    `“${device}” is out of the vault: what is saved from now on it cannot read, and nothing that it saves is used.`,
    ...(keepsPassphrase ? [`The passphrase stays as it was. ${revoking.mayBeKnown} If so, change it now.`] : []),
    'Your other devices go on once they have looked again; one that never saved here asks for the passphrase.',
    'A device that has not looked since can still be shown the state of before by whoever holds the storage: compare the state code there.',
  ];
}
