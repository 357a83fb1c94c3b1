/** The command line: its verbs, its help, and what it makes of a line that it does not understand. */
import { Command, CommanderError } from 'commander';
import { ConvoSyncError } from '../core/common/errors.ts';
import { addCompletion } from './commands/completion.ts';
import { addDelete } from './commands/delete.ts';
import { addPin } from './commands/pin.ts';
import { addDevices } from './commands/devices.ts';
import { addDiff } from './commands/diff.ts';
import { addExport } from './commands/export.ts';
import { addHandoff } from './commands/handoff.ts';
import { addHooks } from './commands/hooks.ts';
import { addImport } from './commands/import.ts';
import { addList } from './commands/list.ts';
import { addMcp } from './commands/mcp.ts';
import { addReplay } from './commands/replay.ts';
import { addResume } from './commands/resume.ts';
import { addSave } from './commands/save.ts';
import { addSearch } from './commands/search.ts';
import { addStatus } from './commands/status.ts';
import { addSync } from './commands/sync.ts';
import { addVault } from './commands/vault.ts';
import { errorDocument } from './documents.ts';
import { exitMeanings } from './exitCodes.ts';
import { invoke } from './invocation.ts';
import type { CommonOptions, RunVerb, System } from './invocation.ts';
import { withLeadingOptions } from './options.ts';

const usage = 2;

const exitCodeHelp = `
Exit codes:
${Object.entries(exitMeanings).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`).join('\n')}

Environment:
  CONVOSYNC_HOME                where ConvoSync keeps its own state, instead of the platform's data folder
  CONVOSYNC_HANDOFF_FILE        none, device or plugin, as --handoff-file
  CONVOSYNC_HANDOFF_BY          transcript or agent, as --handoff-by of save
  CONVOSYNC_EXCLUDE             patterns of files that are not saved unless you say so, with commas between them
  CONVOSYNC_LARGEST_FILE        megabytes of the largest file that is saved without a question, 50 unless told; 0 for any
  CONVOSYNC_NEW_VAULT           sealed or readable, as --new-vault of save
  CONVOSYNC_PASSPHRASE_FILE     as --passphrase-file
  CONVOSYNC_RETENTION_DAYS      days that a version of a conversation stays which is not the newest, 30 unless told; 0 for ever
  CONVOSYNC_RETENTION_SESSIONS  sessions of a repository that stay, 100 unless told; 0 for all
  CONVOSYNC_TRASH_DAYS          days that a session stays in the trash, 30 unless told
  CONVOSYNC_UNDO_DAYS           days that a save or resume can be undone, 30 unless told; 0 for ever
  CONVOSYNC_UNDO_POINTS         how many of them can be, 10 unless told; 0 for all
  NO_COLOR                      plain output`;

/** Runs one command line, without the program's name, and resolves to the exit code. */
export async function runProgram(args: readonly string[], version: string, system: System): Promise<number> {
  const json = args.includes('--json');
  let exitCode = 0;
  const run: RunVerb = async (options, operation, verb) => {
    exitCode = await invoke(system, { ...program.opts<Partial<CommonOptions>>(), ...options }, operation, verb);
  };
  const program = withLeadingOptions(new Command('convosync'))
    .description('Stop on one machine, go on at another: the same code, the same AI conversation, as one session.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void system.stdout.write(text),
      writeErr: (text) => {
        if (!json) {
          system.stderr.write(text);
        }
      },
      getOutHelpWidth: () => (system.stdout.isTTY ? system.stdout.columns : 100),
      getErrHelpWidth: () => (system.stderr.isTTY ? system.stderr.columns : 100),
      getOutHasColors: () => system.stdout.isTTY && system.stdout.hasColors(),
      getErrHasColors: () => system.stderr.isTTY && system.stderr.hasColors(),
    })
    .showHelpAfterError('(--help shows what can be typed)')
    .addHelpText('after', exitCodeHelp);
  for (const add of [addSave, addResume, addStatus, addSync, addList, addSearch, addHandoff, addDiff, addReplay, addExport, addImport, addDelete, addPin, addDevices, addVault, addHooks, addMcp, addCompletion]) {
    add(program, run);
  }
  // Only now, so that it is true of the program alone: what follows a verb is the verb's.
  program.enablePositionalOptions();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.exitCode === 0) {
      return 0;
    }
    if (json) {
      system.stdout.write(`${JSON.stringify(errorDocument(new ConvoSyncError('usage', error.message.replace(/^error: /, '')), 'save'), undefined, 2)}\n`);
    }
    return usage;
  }
}
