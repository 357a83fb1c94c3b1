import { Option } from 'commander';
import type { Command } from 'commander';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { AgentHooksRequest, HookedAgent } from '../../core/operations/convosync.ts';
import { latestSession } from '../../core/operations/sessions.ts';
import { handoffForModel } from '../../wording/forModels.ts';
import { waitingForModel } from '../hooks/waiting.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, refuseUnknownVerb, withCommonOptions } from '../options.ts';
import { renderHooks } from '../render/renderHooks.ts';

interface HooksOptions extends CommonOptions {
  agent?: HookedAgent;
}

const examples = `
Examples:
  convosync hooks install                  Claude Code, Codex and Gemini CLI, where they are used here, ask at
                                           their start what another device left, and have commands to save
  convosync hooks install --agent codex    the same in Codex alone
  convosync hooks show                     what is set up, and where
  convosync hooks remove                   take out exactly that`;

const verbs = {
  install: 'Sets up that agents ask, at their start, whether another device left a handoff, and commands to type inside them. Everything else in their settings stays as it is.',
  show: 'Shows what is set up or would be, and where.',
  remove: 'Takes out what was set up, and nothing else.',
} as const;

export function addHooks(program: Command, run: RunVerb): void {
  const hooks = program.command('hooks')
    .summary('let your agents ask for handoffs by themselves, or no longer')
    .description('Sets up hooks and commands of ConvoSync’s in the agents of this machine, shows them, and takes them out.')
    .addHelpText('after', examples);
  for (const name of Object.keys(verbs) as (keyof typeof verbs)[]) {
    withCommonOptions(hooks.command(name).description(verbs[name])
      .addOption(new Option('--agent <name>', 'this agent alone, instead of all that were ever used here').choices(['claude-code', 'codex', 'gemini-cli'] satisfies HookedAgent[]))
      .addOption(jsonOption()))
      .action((options: HooksOptions) => run(options, 'resume', (invocation) => setUp(invocation, name, options)));
  }
  const running = hooks.command('run').description('What agents call.');
  withCommonOptions(running.command('session-start').description('Tells a starting agent what another device left: nothing where there is nothing, or where it cannot be known at once.'))
    .action((options: CommonOptions) => run({ ...options, asksNothing: true, neverFails: true }, 'resume', tellStarting));
  withCommonOptions(running.command('handoff').description('Prints a handoff for an agent, as a record.').argument('[session]', 'by the beginning of its id; the newest of another device without it'))
    .action((id: string | undefined, options: CommonOptions) => run({ ...options, asksNothing: true }, 'resume', (invocation) => printHandoff(invocation, id)));
  refuseUnknownVerb(running);
  refuseUnknownVerb(hooks);
}

async function setUp({ convosync, output, programCommand }: Invocation, verb: keyof typeof verbs, { agent }: HooksOptions): Promise<Ending> {
  const request: AgentHooksRequest = { agent, program: programCommand };
  const agents = await (verb === 'install' ? convosync.installHooks(request) : verb === 'remove' ? convosync.removeHooks(request) : convosync.showHooks(request));
  output.report({ verb, agents }, renderHooks, (shown) => ({ agents: shown.agents }));
  return 0;
}

/** What agents hand to a hook on standard input. */
const HookInput = z.looseObject({ cwd: z.string().optional() });

async function tellStarting({ convosync, stdin, stdout, folder, output: { now } }: Invocation): Promise<Ending> {
  const input = stdin.isTTY ? undefined : HookInput.safeParse(JSON.parse((await text(stdin)) || '{}')).data;
  const additionalContext = await waitingForModel(convosync, input?.cwd ?? folder, now());
  if (additionalContext !== undefined) {
    stdout.write(`${JSON.stringify({ hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext } })}\n`);
  }
  return 0;
}

async function printHandoff({ convosync, stdout, folder, work, output: { now } }: Invocation, id: string | undefined): Promise<Ending> {
  const { session, manifest } = await work(async (run) => {
    const { sessions, here } = await convosync.list(folder, run);
    return convosync.describe(folder, id ?? latestSession(sessions, here.id).outline.id, { ...run, refresh: false });
  });
  stdout.write(`${handoffForModel({ session, handoff: manifest.handoff }, now())}\n`);
  return 0;
}
