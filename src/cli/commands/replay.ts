import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { describeReplay, noCode, replayMarkdown } from '../../wording/replay.ts';
import { shortCommit } from '../../wording/short.ts';
import { replayDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';

interface ReplayOptions extends CommonOptions {
  atCommit: string;
  code: boolean;
  offline?: boolean;
  vault?: VaultChoice;
}

const examples = `
Examples:
  convosync replay --at-commit HEAD~3          what was said until then, and the code in a working tree beside this one
  convosync replay --at-commit 1a2b3c4 --no-code | less`;

export function addReplay(program: Command, run: RunVerb): void {
  const command = program.command('replay')
    .summary('see the conversation and the code as they were at a commit')
    .description('Prints what was said until a commit came to be, and puts its code into a new working tree beside this one, which stays as it is.')
    .requiredOption('--at-commit <commit>', 'the commit: what git takes for one, or the beginning of the id of one that a session knows')
    .option('--no-code', 'make no working tree')
    .option('--offline', 'what is known already, without asking the remote')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((options: ReplayOptions) => run(options, 'resume', (invocation) => replay(invocation, options)));
}

async function replay(invocation: Invocation, { atCommit, code, offline, vault }: ReplayOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const replayed = await withVault(invocation, vault, (choice) => work((run) => convosync.replay(folder, atCommit, { ...run, ...choice, refresh: offline !== true })));
  const { commit, isHere } = replayed;
  const worktree = code && isHere ? await work((run) => convosync.addWorktree(folder, shortCommit(commit), { ...run, commit })) : undefined;
  output.tell(undefined, () => [describeReplay(replayed), ...(isHere ? [] : [noCode()])].join('\n'));
  if (worktree !== undefined) {
    output.tell(worktree, (beside) => `Its code is in ${beside}; git worktree remove ${beside} takes that away.`);
  }
  output.report(replayed, replayMarkdown, (shown) => replayDocument(shown, worktree));
  return 0;
}
