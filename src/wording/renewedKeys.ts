/** What is said when a vault gets new keys: honest about what stays readable, and to whom. */
import type { SealedVault } from '../core/operations/renewKeys.ts';
import type { CleanReport } from '../core/vault/cleaning.ts';
import { grace } from '../core/vault/condemned.ts';
import { t } from '../l10n/language.ts';
import { describeObstacle } from './cleaning.ts';
import { count, sentences } from './quantities.ts';

export const sealing = {
  get prompt(): string {
    return t`A passphrase to seal the vault with`;
  },
  get question(): string {
    return t`What is saved from now on, only your devices can read. Your other devices ask for the passphrase once.`;
  },
};

/** One sentence a line. */
export function describeSealed({ readable }: Pick<SealedVault, 'readable'>): string[] {
  return [
    t`The vault is sealed: what is saved from now on only your own devices can read.`,
    ...(readable === 0 ? [] : [describeStillReadable(readable)]),
    t`Each of your other devices asks for the passphrase once.`,
  ];
}

function describeStillReadable(n: number): string {
  const sessions = count(n, 'session');
  return n === 1
    ? t`${sessions} that was saved before lies at the place readable as before: sealing hides nothing that was open. Store it once more, sealed, and the readable copies are taken away about ${grace} days later. Count them as read all the same.`
    : t`${sessions} that were saved before lie at the place readable as before: sealing hides nothing that was open. Store them once more, sealed, and the readable copies are taken away about ${grace} days later. Count them as read all the same.`;
}

export const sealingAgain = {
  question: (readable: number): string => t`Store ${count(readable, 'session')} from before once more, sealed?`,
  get detail(): string {
    return t`The readable copies are taken away about ${grace} days later. Sealing hides nothing that was open: count it as read. You can also do it later, with Seal the Vault.`;
  },
  get none(): string {
    return t`Nothing lies readable that was saved before the vault was sealed.`;
  },
};

/** What became of sessions from before, and what of them can still be read, and where. One sentence a line. */
export function describeSealedAgain({ sealed, unsealed, obstacle }: Pick<CleanReport, 'sealed' | 'unsealed' | 'obstacle'>): string[] {
  if (sealed + unsealed === 0) {
    return [sealingAgain.none];
  }
  return [
    ...(sealed === 0 ? [] : [describeStoredAgain(sealed)]),
    ...(unsealed === 0 ? [] : [describeUnreadable(unsealed)]),
    ...(sealed === 0 ? [] : [
      t`Until they are taken away, the readable copies can be read as before: those that this device stored for about ${grace} days, those of another device until that one has saved, and cleaned ${grace} days later.`,
      t`The list of what each device saved before (messages, branches, titles, times) stays readable until that device has saved twice and cleaned: for ever, if it never does.`,
      t`Where the place is a git remote, its host and every clone of these refs may keep what was there. Count it as read.`,
    ]),
    ...(obstacle === undefined ? [] : [describeObstacle(obstacle)]),
  ];
}

function describeStoredAgain(n: number): string {
  const sessions = count(n, 'session');
  return n === 1 ? t`${sessions} from before was stored once more, sealed.` : t`${sessions} from before were stored once more, sealed.`;
}

function describeUnreadable(n: number): string {
  const sessions = count(n, 'session');
  return n === 1 ? t`${sessions} could not be read and stays as it is.` : t`${sessions} could not be read and stay as they are.`;
}

export const revoking = {
  question: (device: string): string => t`Take “${device}” out of the vault?`,
  get consequence(): string {
    return t`The vault gets new keys. That device cannot read what is saved from now on, and nothing that it saves is used. What it has read, it has.`;
  },
  get mayBeKnown(): string {
    return t`Whoever has that device may know the passphrase, and could open the vault again with it.`;
  },
  get passphrase(): string {
    return t`Does whoever has that device know the passphrase?`;
  },
  get keep(): { label: string; detail: string } {
    return { label: t`Keep the Passphrase`, detail: t`When nobody but you knows it.` };
  },
  get change(): { label: string; detail: string } {
    return { label: t`Choose a New One`, detail: t`Who knows the passphrase could open the vault again.` };
  },
};

/** One sentence a line. */
export function describeRevoked(device: string, { keepsPassphrase }: { keepsPassphrase: boolean }): string[] {
  return [
    t`“${device}” is out of the vault: what is saved from now on it cannot read, and nothing that it saves is used.`,
    ...(keepsPassphrase ? [sentences(t`The passphrase stays as it was.`, revoking.mayBeKnown, t`If so, change it now.`)] : []),
    t`Your other devices go on once they have looked again; one that never saved here asks for the passphrase.`,
    t`A device that has not looked since can still be shown the state of before by whoever holds the storage: compare the state code there.`,
  ];
}
