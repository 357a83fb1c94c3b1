import * as path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { FindingCode } from '../../core/git/finding.ts';
import type { Choices, ResumePlan, ResumeRequest, VaultChoice } from '../../core/operations/plan.ts';
import type { ResumeReport } from '../../core/operations/report.ts';
import { remedyConsequence, remedyLabel } from '../../wording/findings.ts';
import { count } from '../../wording/quantities.ts';
import { openedDocument } from '../../wording/sessionJson.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { resumeDocument, resumePlanDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { envOption, jsonOption, onOption, refuseBoth, vaultOption, withCodeOptions, withCommonOptions } from '../options.ts';
import { type Answers, planWithAnswers, withVault } from '../questions.ts';
import { renderFindings } from '../render/renderFindings.ts';
import { renderListingProblems } from '../render/renderList.ts';
import { renderResumePlan } from '../render/renderPlan.ts';
import { renderResume } from '../render/renderResume.ts';
import { renderSession } from '../render/renderSession.ts';
import type { Prompts } from '../terminal/prompts.ts';
import { inOrderOfResuming, messagesIn } from '../sessions.ts';
import { list } from './list.ts';
import { undo } from './undo.ts';

export interface ResumeOptions extends CommonOptions {
  pull?: boolean;
  switchBranch?: boolean;
  stayOnBranch?: boolean;
  exact?: boolean;
  worktree?: boolean;
  force?: boolean;
  readOnly?: boolean;
  list?: boolean;
  dryRun?: boolean;
  undo?: boolean;
  start?: boolean;
  with?: string[];
  withoutOthers?: boolean;
  env?: string[];
  vault?: VaultChoice;
  on?: Choices;
}

const examples = `
Examples:
  convosync resume                       the latest session of another device; at a terminal, choose
  convosync resume 3f2a                  the session whose id begins so
  convosync resume --switch-branch       go to the session's branch without being asked
  convosync resume 3f2a --exact          check out the very commit, on no branch
  convosync resume 3f2a --read-only      only look at the handoff and the last messages
  convosync resume --start               and start the agent on the conversation
  convosync resume --worktree            beside this working tree, which stays as it is
  convosync resume --undo                bring back what was here before the last resume`;

export function addResume(program: Command, run: RunVerb): void {
  const command = withCodeOptions(program.command('resume')
    .summary('go on with a session of another device')
    .description('Brings code and conversation of a session to this device. What is here before is kept, and --undo brings it back.')
    .argument('[id]', 'the session, by the beginning of its id'))
    .addOption(new Option('--worktree', 'resume in a new working tree beside this one, which stays as it is').conflicts(['stayOnBranch', 'readOnly', 'undo', 'list']))
    .option('--force', 'take the recommended answer to every question; with --undo, undo although something is newer, which is kept first')
    .addOption(new Option('--read-only', 'look at the session and change nothing').conflicts(['undo', 'dryRun', 'start']))
    .addOption(new Option('-l, --list', 'list the sessions').conflicts(['undo', 'dryRun', 'start', 'readOnly']))
    .option('--dry-run', 'show what would be done; branches, files and conversations stay as they are')
    .addOption(new Option('--undo', 'bring back what was here before the last resume').conflicts(['start']))
    .addOption(new Option('--start', 'start the agent on the conversation when all is done').conflicts('json'))
    .option('--no-start', 'do not offer to start it')
    .addOption(envOption('start it with an environment variable as the session has it, by its name (may be repeated)'))
    .addOption(onOption())
    .addOption(vaultOption())
    .addOption(jsonOption());
  refuseBoth(command, 'start');
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((id: string | undefined, options: ResumeOptions) => run(options, 'resume', (invocation) => resume(invocation, id, options)));
}

async function resume(invocation: Invocation, id: string | undefined, options: ResumeOptions): Promise<Ending> {
  const { output, folder } = invocation;
  if (options.list === true) {
    if (id !== undefined) {
      throw new ConvoSyncError('usage', `convosync resume --list lists all sessions: leave out “${id}”, or “--list”.`);
    }
    return list(invocation, { ...(options.vault === undefined ? {} : { vault: options.vault }) });
  }
  if (options.undo === true) {
    return undo(invocation, 'resume', id, options);
  }
  if (options.readOnly === true) {
    return look(invocation, id, options);
  }
  const session = id ?? (await pick(invocation, options));
  const request = requestOf(session, options, folder);
  if (options.dryRun === true) {
    const plan = await planOnly(invocation, request, options);
    output.report(plan, renderResumePlan, resumePlanDocument);
    return plan.blockers.length > 0 ? 3 : 0;
  }
  return tellResumed(invocation, await run(invocation, request, options), options);
}

/** What has come of it, and how to go on. */
export function tellResumed(invocation: Invocation, { plan, report }: { plan: ResumePlan; report: ResumeReport }, options: ResumeOptions): Promise<Ending> {
  const findings = plan.findings.filter(({ code }) => toldAfter.has(code));
  invocation.output.report({ report, findings, platform: process.platform, currentFolder: invocation.currentFolder }, renderResume, (resumed) => resumeDocument(resumed.report));
  return start(invocation, report, options);
}

const toldAfter: ReadonlySet<FindingCode> = new Set<FindingCode>(['remote-unreachable', 'credentials-refused', 'other-repository', 'conversation-damaged', 'conversation-shorter', 'agent-missing']);

export function requestOf(session: string | undefined, options: ResumeOptions, folder: string): ResumeRequest {
  return {
    ...(session === undefined ? {} : { session }),
    ...(options.pull === undefined ? {} : { pull: options.pull }),
    ...(options.switchBranch === true ? { switchBranch: true } : {}),
    ...(options.stayOnBranch === true ? { stayOnBranch: true } : {}),
    ...(options.exact === true ? { exact: true } : {}),
    ...(options.with ? { with: options.with.map((other) => path.resolve(folder, other)) } : {}),
    ...(options.withoutOthers === true ? { alone: true } : {}),
    ...(options.force === true ? { force: true } : {}),
    ...(options.on === undefined ? {} : { choices: options.on }),
    ...(options.vault === undefined ? {} : { vault: options.vault }),
  };
}

/** A working tree beside this one is made for the plan, which is one for there, and goes again. */
async function planOnly(invocation: Invocation, request: ResumeRequest, options: ResumeOptions): Promise<ResumePlan> {
  const { convosync, work, folder } = invocation;
  const answers: Answers = { choices: request.choices ?? {} };
  try {
    if (isBeside(options)) {
      await openBeside(invocation, request, answers);
    }
    return await withVault(invocation, request.vault, (vault) => work((run) => convosync.planResume(answers.folder ?? folder, { ...request, ...vault, choices: answers.choices }, run)));
  } finally {
    if (answers.worktree !== undefined) {
      await convosync.removeWorktree(answers.worktree);
    }
  }
}

function isBeside({ worktree, on }: ResumeOptions): boolean {
  return worktree === true || on?.['other-branch'] === 'worktree';
}

/** A working tree that was made for it goes again when nothing comes of it. */
async function run(invocation: Invocation, request: ResumeRequest, options: ResumeOptions): Promise<{ plan: ResumePlan; report: ResumeReport }> {
  const { convosync, work } = invocation;
  const answers: Answers = { choices: request.choices ?? {} };
  try {
    if (isBeside(options)) {
      await openBeside(invocation, request, answers);
    }
    const plan = await makePlan(invocation, request, answers);
    return { plan, report: await work((each) => convosync.resume(plan, each)) };
  } catch (error) {
    if (answers.worktree !== undefined) {
      await convosync.removeWorktree(answers.worktree);
    }
    throw error;
  }
}

/** There the session's branch is gone to without a question, or a new one where this working tree has it: nothing of the user's lies in it. */
async function openBeside(invocation: Invocation, request: ResumeRequest, answers: Answers): Promise<void> {
  const { convosync, work, folder } = invocation;
  const { session: { summary } } = await withVault(invocation, request.vault, (vault) => work((options) => convosync.planResume(folder, { ...request, ...vault }, options)));
  answers.worktree = await work((options) => convosync.addWorktree(folder, summary.branch ?? shortId(summary.id), options));
  answers.folder = answers.worktree;
  answers.choices = { ...answers.choices, 'detached-head': 'switch' };
  const { blockers } = await withVault(invocation, request.vault, (vault) => work((options) => convosync.planResume(answers.folder ?? folder, { ...request, ...vault, choices: answers.choices }, options)));
  if (blockers.some(({ code, remedies }) => code === 'detached-head' && remedies.includes('new-branch'))) {
    answers.choices = { ...answers.choices, 'detached-head': 'new-branch' };
  }
}

function makePlan(invocation: Invocation, request: ResumeRequest, answers: Answers): Promise<ResumePlan> {
  const { convosync, work, folder } = invocation;
  return withVault(invocation, request.vault, (vault) =>
    planWithAnswers(invocation, 'resume', answers, ({ choices, folder: elsewhere = folder }) =>
      work((options) => convosync.planResume(elsewhere, { ...request, ...vault, choices }, options)), request.force === true ? undefined : askWhichIsMeant(invocation, answers)));
}

/** Once for each session that an earlier one may be better than. */
function askWhichIsMeant({ output }: Invocation, answers: Answers): (plan: ResumePlan, prompts: Prompts) => Promise<boolean> {
  const asked = new Set<string>();
  return async ({ session: { summary }, findings }, prompts) => {
    const offer = findings.find(({ remedies, answered }) => remedies.includes('last-good') && answered !== true);
    if (offer === undefined || asked.has(summary.id)) {
      return false;
    }
    asked.add(summary.id);
    output.tell([offer], (told, look) => renderFindings(told, 'resume', look, 'asked'));
    const goesBack = await prompts.choose('Which one?', [
      { value: false, label: 'Resume It as It Is' },
      { value: true, label: remedyLabel('last-good'), hint: remedyConsequence('last-good') },
    ]);
    answers.choices = { ...answers.choices, ...(goesBack ? { [offer.code]: 'last-good' } : {}) };
    return goesBack;
  };
}

/** Asks which session, where there is someone to ask and more than one to choose from; undefined leaves it to core. */
async function pick(invocation: Invocation, options: ResumeOptions): Promise<string | undefined> {
  const { convosync, prompts, output, work, folder } = invocation;
  if (prompts === undefined || options.force === true) {
    return undefined;
  }
  const listing = await withVault(invocation, options.vault, (vault) => work((run) => convosync.list(folder, { ...run, ...vault })));
  output.tell(listing, renderListingProblems);
  if (listing.sessions.length <= 1) {
    return listing.sessions[0]?.summary.id;
  }
  return prompts.choose('Which session?', inOrderOfResuming(listing).map((session) => ({
    value: session.summary.id,
    label: `${session.device.id === listing.here.id ? 'this device' : session.device.name}, ${age(session.summary.savedAt, output.now())}: ${session.summary.message}`,
    hint: `${session.summary.branch ?? 'no branch'}, ${count(messagesIn(session), 'message')}`,
  })));
}

async function look(invocation: Invocation, id: string | undefined, options: ResumeOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const session = id ?? (await pick(invocation, options)) ?? (await mostLikely(invocation, options));
  const opened = await withVault(invocation, options.vault, (vault) => work((run) => convosync.open(folder, session, { ...run, ...vault })));
  output.report(opened, renderSession, openedDocument);
  return 0;
}

async function mostLikely({ convosync, work, folder }: Invocation, { vault }: ResumeOptions): Promise<string> {
  const [session] = inOrderOfResuming(await work((run) => convosync.list(folder, { ...run, ...(vault === undefined ? {} : { vault }) })));
  if (session === undefined) {
    throw new ConvoSyncError('session-not-found', 'No session is saved for this repository.');
  }
  return session.summary.id;
}

async function start({ prompts }: Invocation, { commands, context }: ResumeReport, { start: wanted, env: names = [] }: ResumeOptions): Promise<Ending> {
  const [command] = commands;
  if (command === undefined || wanted === false) {
    return 0;
  }
  const starts = wanted ?? (await prompts?.confirm(`Continue in ${command.agentName} now?`, true)) ?? false;
  const variables = Object.entries(context?.environment ?? {}).filter(([name]) => names.includes(name));
  return starts ? { start: { ...command, env: Object.fromEntries(variables) } } : 0;
}
