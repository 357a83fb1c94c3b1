import { Option } from 'commander';
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { pause } from '../../core/common/pause.ts';
import type { SyncReport } from '../../core/operations/report.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { explainError } from '../../wording/errors.ts';
import { syncDocument } from '../documents.ts';
import { exitCodeOf } from '../exitCodes.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderSync, type SyncedFolder } from '../render/renderSync.ts';

interface SyncOptions extends CommonOptions {
  all?: boolean;
  retry?: boolean;
  push: boolean;
  vault?: VaultChoice;
}

/** Seconds before another try, at first and at most. */
const firstPause = 5;
const longestPause = 300;

const examples = `
Examples:
  convosync sync           send what waits here, and look at what your other devices saved
  convosync sync --retry   the same, again and again until it is sent (Ctrl-C ends it)
  convosync sync --all     for every repository of this device in which something waits`;

export function addSync(program: Command, run: RunVerb): void {
  const command = program.command('sync')
    .summary('send what waits, and look at what other devices saved')
    .description('Sends the sessions that are saved on this device and not sent yet, in their order, and looks at what your other devices saved.')
    .option('--retry', 'try again until everything is sent')
    .addOption(new Option('-a, --all', 'every repository of this device in which something waits').conflicts(['vault']))
    .option('--no-push', 'leave the branch where it is at the remote; its commits travel inside the session')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((options: SyncOptions) => run(options, 'save', (invocation) => sync(invocation, options)));
}

async function sync(invocation: Invocation, options: SyncOptions): Promise<Ending> {
  const { convosync, output, folder } = invocation;
  const folders = options.all === true ? await convosync.foldersWaiting() : [folder];
  const done: SyncedFolder[] = [];
  for (const one of folders) {
    try {
      done.push({ folder: one, report: await syncOne(invocation, one, options) });
    } catch (error) {
      if (options.all !== true || !ConvoSyncError.is(error) || error.code === 'cancelled') {
        throw error;
      }
      done.push({ folder: one, error });
    }
  }
  output.report({ folders: done, all: options.all === true }, renderSync, () => syncDocument(done, options.all === true));
  const failed = done.find(({ error }) => error !== undefined);
  return failed ? exitCodeOf(failed.error) : done.some(({ report }) => report?.outcome === 'kept') ? 5 : 0;
}

async function syncOne(invocation: Invocation, folder: string, { push, retry, vault }: SyncOptions): Promise<SyncReport> {
  const { convosync, work, output } = invocation;
  for (let seconds = firstPause; ; seconds = Math.min(longestPause, seconds * 2)) {
    try {
      return await withVault(invocation, vault, (choice) => work((run) => convosync.sync(folder, { ...run, ...choice, push })));
    } catch (error) {
      if (retry !== true || !canPass(error)) {
        throw error;
      }
      const wait = Math.max(seconds, Number(error.details['retryAfter'] ?? 0));
      output.tell(error, (failure) => `${explainError(failure).title} Trying again in ${wait} s.`);
      await work(({ signal }) => pause(wait * 1000, signal));
    }
  }
}

/** Whether waiting can help; anything else needs a person. */
function canPass(error: unknown): error is ConvoSyncError {
  return ConvoSyncError.is(error, 'remote-unreachable', 'storage-transient', 'git-timeout', 'busy');
}
