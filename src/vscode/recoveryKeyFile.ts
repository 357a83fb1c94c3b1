/**
 * The file that a recovery key is kept in: an identity file of the age program, which takes lines that begin with `#`
 * for comments. The key is the first line, where the command line reads what it is handed over.
 */
import { t } from '../l10n/language.ts';

export const recoveryKeyFileName = 'convosync-recovery-key.txt';

export interface RecoveryKeyFacts {
  recoveryKey: string;
  /** Id of the vault. */
  vault: string;
  /** Name of the repository that it was made for. */
  repository: string;
  made: Date;
}

/** Characters of what stands before a fact. */
const longestFact = 12;

export function howToUseRecoveryKey(): string {
  return t`To use it, type it where ConvoSync asks for the passphrase: “ConvoSync: Unlock Vault” in VS Code, or “convosync vault unlock” in a terminal.`;
}

export function recoveryKeyFile({ recoveryKey, vault, repository, made }: RecoveryKeyFacts): string {
  // A repository is called as somebody named it: that must not begin another line.
  const name = repository.replaceAll(/\s+/g, ' ');
  const facts = [[t`vault`, vault], [t`made for`, name], [t`made on`, made.toISOString().slice(0, 10)]] as const;
  return `${recoveryKey}
#
# ${t`The line above is the recovery key of a ConvoSync vault. It opens the vault when its passphrase is lost.`}
#
${facts.map(([fact, value]) => `#   ${fact.padEnd(longestFact)} ${value}`).join('\n')}
#
# ${t`Whoever has it can read everything in the vault: keep it off your devices, on paper or in a password manager.`}
# ${howToUseRecoveryKey()}
`;
}
