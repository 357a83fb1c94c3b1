import type { AgentEnvironment } from '../agents/agent.ts';
import type { Logger } from '../common/logger.ts';
import type { LeaveOut } from '../git/leftOut.ts';
import type { RetentionPolicy } from '../vault/retention.ts';
import type { LanguageModel } from '../session/handoff/languageModel.ts';
import type { UndoRetention } from './undo/undoRetention.ts';
import type { Keychain } from '../home/keychain.ts';

/** What the shells tell core about the machine; core fetches none of it itself. */
export interface Machine extends AgentEnvironment {
  hostname: string;
  /** Where the person works, as far as the shell can tell. */
  deviceKind: 'desktop' | 'laptop' | 'phone' | 'container' | 'remote' | 'unknown';
  /** `/etc/machine-id` or the like, where readable. */
  machineId?: string;
  now: () => Date;
  logger: Logger;
  /** The environment for git: the shell's own, inside VS Code with the askpass variables of its Git extension. */
  gitEnv: Readonly<Record<string, string | undefined>>;
  gitBinary?: string;
  /** How handoffs are kept in the repository, as the user set it. */
  handoffFile: 'none' | 'device' | 'plugin';
  /** As the person has set it (see `templateFromSetting`). */
  handoffTemplate?: unknown;
  /** The editor's language model, for what a person has asked for; undefined where there is none. */
  languageModel?: () => Promise<LanguageModel | undefined>;
  /** Patterns beyond the built-in ones, and another limit in bytes, for what is not saved unless the person wants it in. */
  leaveOut?: Partial<LeaveOut>;
  /** How long what is saved stays, where it is not as by default. */
  retention?: Partial<RetentionPolicy>;
  /** How long what an undo needs stays on this device, where it is not as by default. */
  undoRetention?: Partial<UndoRetention>;
  /** Where keys are kept; a file of ConvoSync's home without it. */
  keychain?: Keychain;
}
