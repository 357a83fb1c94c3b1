/** Options that several verbs share, and how their values are read. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { Choices, HandoffBy, VaultChoice } from '../core/operations/plan.ts';
import { findingCodes, isFindingCode, isRemedy, remediesToChoose } from '../wording/findings.ts';

/** What may stand before the verb too, as git takes it. */
export function withLeadingOptions(command: Command): Command {
  return command
    .option('-C, --cwd <folder>', 'work in this folder instead of the current one')
    .option('--verbose', 'log what is decided and which git commands run, to standard error');
}

/** The options that every verb has, below its own. */
export function withCommonOptions(command: Command): Command {
  return withLeadingOptions(command.optionsGroup('Options of every command:'))
    .addOption(new Option('--passphrase-file <file>', 'the vault’s passphrase or recovery key, as the first line of a file (- for standard input)').env('CONVOSYNC_PASSPHRASE_FILE'))
    .addOption(new Option('--handoff-file <kind>', 'keep handoffs in the repository too: one file a device, or the plugin’s single file')
      .choices(['none', 'device', 'plugin']).default('none').env('CONVOSYNC_HANDOFF_FILE'));
}

/** Where the code of a session goes, which a resume and an import ask alike. */
export function withCodeOptions(command: Command): Command {
  command
    .option('--pull', 'move a branch that is behind forward, and merge one that has diverged, without asking')
    .option('--no-pull', 'leave the branch where it is')
    .addOption(new Option('--switch-branch', 'switch to the session’s branch').conflicts(['stayOnBranch', 'exact']))
    .addOption(new Option('--stay-on-branch', 'stay on the branch you are on; the conversation may not fit the code').conflicts('exact'))
    .option('--exact', 'check out the very commit of the session, on no branch')
    .addOption(withOption('where another repository of the session is on this device (may be repeated)'))
    .option('--without-others', 'leave the other repositories of the session as they are');
  refuseBoth(command, 'pull');
  return command;
}

/** Refuses `--name` together with `--no-name`, of which commander would silently take the last. */
export function refuseBoth(command: Command, name: string): void {
  const given = new Set<string>();
  for (const flag of [name, `no-${name}`]) {
    command.on(`option:${flag}`, () => {
      given.add(flag);
      if (given.size > 1) {
        command.error(`error: option '--no-${name}' cannot be used with option '--${name}'`);
      }
    });
  }
}

/**
 * For a verb with verbs below it that also runs alone: what stands behind it is a verb that is not known, and not one
 * argument too many. To be called when those below are there, which would take it over otherwise.
 */
export function refuseUnknownVerb(command: Command): void {
  command.allowExcessArguments().hook('preAction', (_, acting) => {
    const [unknown] = acting.args;
    if (acting === command && unknown !== undefined) {
      command.error(`error: unknown command '${command.name()} ${unknown}'. There are: ${command.commands.map((below) => below.name()).join(', ')}.`);
    }
  });
}

/** How a number of days or sessions is read. */
export function countFrom(least: 0 | 1): (text: string) => number {
  return (text) => {
    if (!/^\d{1,6}$/.test(text) || Number(text) < least) {
      throw new InvalidArgumentError(`A whole number from ${least} to 999999.`);
    }
    return Number(text);
  };
}

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document instead of text');
}

/** Other repositories of a session, relative to the folder that the command works in. */
export function withOption(description: string): Option {
  return new Option('--with <folder>', description).argParser<string[] | undefined>((folder, before) => [...(before ?? []), folder]).conflicts('withoutOthers');
}

/** Several add up. */
export function envOption(description: string): Option {
  return new Option('--env <name>', description).argParser<string[] | undefined>((name, before) => [...(before ?? []), name]);
}

/** Several add up. */
export function conversationOption(): Option {
  return new Option('--conversation <id>', 'the conversation to save instead of the one active last (may be repeated), or “all”').argParser<string[] | undefined>((id, before) => [...(before ?? []), id]);
}

export function vaultOption(): Option {
  return new Option('--vault <id>', 'the vault to use where the remote holds several: the beginning of its id, or “new”').argParser(readVault);
}

/** How the vault is to be that a first save makes. */
export type NewVault = 'sealed' | 'readable';

export function newVaultOption(): Option {
  return new Option('--new-vault <kind>', 'the first save here makes a vault: sealed with a passphrase, or readable by whoever can read the repository')
    .choices(['sealed', 'readable'] satisfies NewVault[]).env('CONVOSYNC_NEW_VAULT');
}

export function handoffByOption(): Option {
  return new Option('--handoff-by <who>', 'who writes the handoff: the transcript alone, or the agent’s own program (Claude Code, OpenCode, Qwen Code), which asks its model')
    .choices(['transcript', 'agent'] satisfies HandoffBy[]).env('CONVOSYNC_HANDOFF_BY');
}

export function onOption(): Option {
  return new Option('--on <finding=remedy>', 'answer a question of preflight beforehand; may be given several times').argParser(readChoice);
}

export function readVault(text: string): VaultChoice {
  return text === 'new' ? 'new' : { join: text.toLowerCase() };
}

export function readChoice(text: string, before: Choices | undefined): Choices {
  const [finding = '', remedy, ...rest] = text.split('=');
  if (remedy === undefined || rest.length > 0) {
    throw new InvalidArgumentError('It reads as <finding>=<remedy>, as preflight shows it: --on diverged=pull-rebase.');
  }
  if (!isFindingCode(finding)) {
    throw new InvalidArgumentError(`Preflight finds nothing that is called “${finding}”. There are: ${findingCodes.join(', ')}.`);
  }
  if (!isRemedy(remedy)) {
    throw new InvalidArgumentError(`“${remedy}” is no answer. There are, each where preflight offers it: ${remediesToChoose.join(', ')}.`);
  }
  return { ...before, [finding]: remedy };
}
