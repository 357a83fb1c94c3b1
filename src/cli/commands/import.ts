import * as path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ResumePlan } from '../../core/operations/plan.ts';
import type { ResumeReport } from '../../core/operations/report.ts';
import { wordOfItsMaker } from '../../wording/portable.ts';
import { resumePlanDocument } from '../documents.ts';
import type { Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, onOption, refuseBoth, withCodeOptions, withCommonOptions } from '../options.ts';
import { type Answers, planWithAnswers } from '../questions.ts';
import { renderResumePlan } from '../render/renderPlan.ts';
import type { Look } from '../terminal/style.ts';
import { requestOf, type ResumeOptions, tellResumed } from './resume.ts';

const examples = `
Examples:
  convosync import login.convosync --dry-run       what it would do; nothing changes
  convosync import login.convosync                 code and conversation, after a look at the plan
  convosync import login.convosync --exact         the very commit, on no branch
  convosync resume --undo                          bring back what was here before`;

export function addImport(program: Command, run: RunVerb): void {
  const command = withCodeOptions(program.command('import')
    .summary('go on with a session that was sent as a file')
    .description('Resumes a session from a file that “convosync export” has written. It takes no vault. What is here before is kept, and “convosync resume --undo” brings it back.')
    .argument('<file>', 'the portable session'))
    .option('--force', 'ask nothing, and take the recommended answer to every question')
    .option('--dry-run', 'show what would be done; branches, files and conversations stay as they are')
    .addOption(new Option('--start', 'start the agent on the conversation when all is done').conflicts('json'))
    .option('--no-start', 'do not offer to start it')
    .addOption(onOption())
    .addOption(jsonOption());
  refuseBoth(command, 'start');
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((file: string, options: ResumeOptions) => run(options, 'resume', (invocation) => importSession(invocation, file, options)));
}

async function importSession(invocation: Invocation, file: string, options: ResumeOptions): Promise<Ending> {
  const { convosync, output, work, folder, currentFolder, prompts } = invocation;
  const request = requestOf(undefined, options, folder);
  const answers: Answers = { choices: request.choices ?? {} };
  const makePlan = ({ choices, folder: elsewhere = folder }: Answers): Promise<ResumePlan> => work((each) => convosync.planImport(elsewhere, path.resolve(currentFolder, file), { ...request, choices }, each));
  if (options.dryRun === true) {
    const plan = await makePlan(answers);
    output.report(plan, renderImportPlan, resumePlanDocument);
    return plan.blockers.length > 0 ? 3 : 0;
  }
  let resumed: { plan: ResumePlan; report: ResumeReport };
  try {
    const plan = await planWithAnswers(invocation, 'resume', answers, makePlan);
    if (prompts && options.force !== true) {
      output.tell(plan, renderImportPlan);
      if (!(await prompts.confirm('Import it?', true))) {
        throw new ConvoSyncError('cancelled', 'Cancelled.');
      }
    } else if (options.force !== true) {
      output.tell(wordOfItsMaker(), renderCaution);
    }
    resumed = { plan, report: await work((each) => convosync.resume(plan, each)) };
  } catch (error) {
    if (answers.worktree !== undefined) {
      await convosync.removeWorktree(answers.worktree);
    }
    throw error;
  }
  return tellResumed(invocation, resumed, options);
}

function renderImportPlan(plan: ResumePlan, look: Look): string {
  return `${renderResumePlan(plan, look)}\n\n${renderCaution(wordOfItsMaker(), look)}`;
}

function renderCaution(sentence: string, { style }: Look): string {
  return `${style.warn('!')} ${sentence}`;
}
