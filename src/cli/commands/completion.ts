import { Argument } from 'commander';
import type { Command } from 'commander';
import * as path from 'node:path';
import { asAnswer, candidatesAt } from '../completion/candidates.ts';
import { positionIn } from '../completion/position.ts';
import { completionScripts, shells, type Shell } from '../completion/scripts.ts';
import type { Ending, Invocation, RunVerb } from '../invocation.ts';

/** A person waits with a finger on the key. */
const patienceMs = 2000;

const examples = `
Examples:
  source <(convosync completion bash)                                   in ~/.bashrc
  convosync completion zsh > "\${fpath[1]}/_convosync"                   once, in zsh
  convosync completion fish > ~/.config/fish/completions/convosync.fish   once, in fish`;

export function addCompletion(program: Command, run: RunVerb): void {
  program.command('completion')
    .summary('complete the command line in bash, zsh or fish')
    .description('Prints a script for your shell, which completes verbs, options, sessions, devices and branches from what is known on this device.')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell) => run({ handoffFile: 'none' }, 'resume', ({ stdout }) => {
      stdout.write(completionScripts[shell]);
      return Promise.resolve(0);
    }));
  program.command('complete', { hidden: true })
    .description('What the scripts ask.')
    .argument('[words...]')
    .action((words: string[]) => run({ handoffFile: 'none', asksNothing: true, neverFails: true }, 'resume', (invocation) => answer(invocation, program, words)));
}

async function answer({ convosync, currentFolder, stdout, now }: Invocation, program: Command, words: readonly string[]): Promise<Ending> {
  const position = positionIn(program, words);
  const folder = path.resolve(currentFolder, position.given.get('--cwd') ?? '.');
  const listing = () => convosync.list(folder, { refresh: false, signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined);
  stdout.write(asAnswer(await candidatesAt(position, listing, now())));
  return 0;
}
