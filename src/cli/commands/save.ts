import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { Option } from 'commander';
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { FindingCode } from '../../core/git/finding.ts';
import type { Choices, HandoffBy, SavePlan, SaveRequest, VaultChoice } from '../../core/operations/plan.ts';
import { howToSaveChanges, waysToSaveChanges } from '../../wording/changesAs.ts';
import { remedyConsequence, remedyLabel } from '../../wording/findings.ts';
import { privacyAfter } from '../../wording/privacy.ts';
import { waysAround } from '../../wording/rejectedPush.ts';
import { count } from '../../wording/quantities.ts';
import { age } from '../../wording/time.ts';
import { savePlanDocument, saveDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { handoffByOption, conversationOption, envOption, jsonOption, type NewVault, newVaultOption, onOption, refuseBoth, vaultOption, withCommonOptions, withOption } from '../options.ts';
import { chooseNewVault, offerDeviceName, planWithAnswers, withVault } from '../questions.ts';
import type { Answers } from '../questions.ts';
import { renderFindings } from '../render/renderFindings.ts';
import { renderSavePlan } from '../render/renderPlan.ts';
import { renderSave } from '../render/renderSave.ts';
import { describeSending } from '../render/renderSync.ts';
import { editText } from '../terminal/editor.ts';
import type { Prompts } from '../terminal/prompts.ts';
import { carryOut } from '../waysOut.ts';
import { undo } from './undo.ts';

interface SaveOptions extends CommonOptions {
  message?: string;
  branch?: string;
  stash?: boolean;
  commit?: boolean;
  remember?: boolean;
  push: boolean;
  conversation?: string[] | false;
  agent?: string;
  with?: string[];
  withoutOthers?: boolean;
  interactive?: boolean;
  handoff?: string;
  editHandoff?: boolean;
  handoffBy?: HandoffBy;
  env?: string[];
  dryRun?: boolean;
  force?: boolean;
  retry?: boolean;
  undo?: boolean;
  vault?: VaultChoice;
  newVault?: NewVault;
  on?: Choices;
}

const examples = `
Examples:
  convosync save                             commit what changed, save it with the conversation active last
  convosync save "Add the login page"        the same, with a message
  convosync save -b feature/login            on a new branch
  convosync save --stash                     commit nothing: files, index and branch stay as they are
  convosync save --stash --remember          and so from now on in this repository
  convosync save --no-push                   leave the branch where it is at the remote
  convosync save --conversation all          every conversation of this folder
  convosync save --no-conversation           code alone
  convosync save --with ../api               together with the repository beside this one
  convosync save --dry-run                   only show what would be done
  convosync save --on diverged=pull-rebase   answer a question of preflight beforehand
  convosync save --retry                     send what could not be sent
  convosync save --undo                      take the last save here back`;

export function addSave(program: Command, run: RunVerb): void {
  const command = program.command('save')
    .summary('save code and conversation as one session')
    .description('Commits what changed, and saves code, conversation and handoff as one session that your other devices can resume.')
    .argument('[message]', 'title of the session and first line of the commit; further lines are kept with both')
    .option('-m, --message <text>', 'the message, as an option instead of the argument')
    .option('-b, --branch <name>', 'save on a new branch of this name')
    .addOption(new Option('--stash', 'save changes as a snapshot instead of committing them; files, index and branch stay as they are').conflicts(['branch', 'retry', 'undo']))
    .addOption(new Option('--commit', 'commit changes, also where a snapshot is remembered for the repository').conflicts(['stash', 'retry', 'undo']))
    .addOption(new Option('--remember', 'with --commit or --stash: save changes so in this repository from now on').conflicts(['retry', 'undo', 'dryRun']))
    .option('--no-push', 'leave the branch where it is at the remote; its commits travel inside the session')
    .addOption(conversationOption())
    .option('--no-conversation', 'save code alone')
    .option('--agent <name>', 'only conversations of this agent, such as claude-code or gemini-cli')
    .addOption(withOption('another repository that belongs to the session (may be repeated); the next saves here take it along by themselves'))
    .option('--without-others', 'no other repository, though the last session here had some')
    .option('-i, --interactive', 'choose and confirm before anything is done')
    .option('--handoff <file>', 'the handoff, as Markdown from a file (- for standard input), instead of one made of the conversation')
    .option('--edit-handoff', 'edit the handoff in your editor before it is saved')
    .addOption(handoffByOption())
    .addOption(envOption('an environment variable to save along, by its name (may be repeated); none is without it'))
    .option('--dry-run', 'show what would be done, and do nothing')
    .option('--force', 'take the recommended answer to every question; with --undo, undo although something is newer, which is kept first')
    .addOption(new Option('--retry', 'send what could not be sent before').conflicts(['undo', 'dryRun', 'interactive', 'branch', 'message']))
    .addOption(new Option('--undo', 'take back the last save here').conflicts(['interactive', 'branch', 'message']))
    .addOption(onOption())
    .addOption(vaultOption())
    .addOption(newVaultOption())
    .addOption(jsonOption());
  refuseBoth(command, 'conversation');
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((message: string | undefined, options: SaveOptions) => run(options, 'save', (invocation) => save(invocation, message, options)));
}

async function save(invocation: Invocation, message: string | undefined, options: SaveOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  if (options.retry === true) {
    if (message !== undefined) {
      throw new ConvoSyncError('usage', `convosync save --retry sends what waits, and saves nothing: leave out “${message}”.`);
    }
    return retry(invocation, options);
  }
  if (options.undo === true) {
    return undo(invocation, 'save', message, options);
  }
  let request = { ...requestOf(message, options, folder), ...contextOf(options, invocation.env), ...(await readHandoff(invocation, options.handoff)) };
  if (options.dryRun === true) {
    const plan = await withVault(invocation, request.vault, (vault) => work((run) => convosync.planSave(folder, { ...request, ...vault }, run)));
    output.report(asTold(plan, options), renderSavePlan, savePlanDocument);
    return plan.blockers.length > 0 ? 3 : 0;
  }
  const answers: Answers = { choices: request.choices ?? {}, ...(request.snapshot === undefined ? {} : { snapshot: request.snapshot }) };
  let plan = await makePlan(invocation, request, answers);
  if (options.interactive === true) {
    plan = await offerRemote(invocation, request, plan, answers);
    request = { ...request, ...(await chooseInteractively(invocation, plan, answers)) };
    plan = await makePlan(invocation, request, answers);
    await confirmPlan(invocation, asTold(plan, options));
  }
  if (options.editHandoff === true) {
    plan = await makePlan(invocation, { ...request, handoff: await editText(plan.handoff, 'handoff.md', invocation.env) }, answers);
  }
  return run(invocation, request, plan, options);
}

/** A terminal knows where it works, and the variables that were named. @throws ConvoSyncError `usage` for one that is not set */
function contextOf({ env: names = [] }: SaveOptions, env: Invocation['env']): Pick<SaveRequest, 'context'> {
  const variables = names.map((name) => {
    const value = env[name];
    if (value === undefined) {
      throw new ConvoSyncError('usage', `There is no environment variable ${name} here.`);
    }
    return [name, value] as const;
  });
  return { context: { editors: [], terminals: [], ...(variables.length === 0 ? {} : { environment: Object.fromEntries(variables) }) } };
}

/** @throws ConvoSyncError `usage` for a file that cannot be read or holds nothing */
async function readHandoff({ currentFolder, stdin }: Invocation, file: string | undefined): Promise<Pick<SaveRequest, 'handoff'>> {
  if (file === undefined) {
    return {};
  }
  const handoff = await (file === '-' ? text(stdin) : readFile(path.resolve(currentFolder, file), 'utf8')).catch((cause: unknown) => {
    throw new ConvoSyncError('usage', `The handoff cannot be read from ${file}.`, { cause });
  });
  if (handoff.trim() === '') {
    throw new ConvoSyncError('usage', `${file === '-' ? 'Standard input' : file} holds no handoff.`);
  }
  return { handoff };
}

/** What is told before a save that asks nothing. */
const toldBefore: ReadonlySet<FindingCode> = new Set<FindingCode>(['left-out', 'tracked-secrets', 'handoff-without-model', 'handoff-template', 'conversation-large', 'conversation-damaged', 'conversation-shorter']);

async function run(invocation: Invocation, request: SaveRequest, plan: SavePlan, options: SaveOptions): Promise<Ending> {
  const { convosync, output, work, prompts } = invocation;
  const named = plan.findings.filter(({ code }) => toldBefore.has(code));
  if (named.length > 0 && options.interactive !== true) {
    output.tell(named, (findings, look) => renderFindings(findings, 'save', look));
  }
  const conversations = request.conversations === 'none' ? undefined : plan.conversations;
  const newVault = plan.sealing === 'not-chosen' ? await chooseNewVault(invocation, options.newVault) : undefined;
  const report = await work((each) => convosync.save(plan, { ...each, newVault }));
  output.report({ report, findings: plan.findings.filter(({ code }) => code === 'no-remote' || code === 'behind'), conversations }, renderSave, (saved) => saveDocument(saved.report));
  await offerDeviceName(invocation, report.notes);
  if (report.problem?.code === 'push-rejected' && prompts && options.force !== true) {
    return goAround({ ...invocation, prompts }, request, report.problem, options);
  }
  return report.outcome === 'queued' ? 5 : 0;
}

/** What is chosen here is done with the session that waits; leaving the question leaves it waiting. */
async function goAround(invocation: Invocation & { prompts: Prompts }, request: SaveRequest, { details }: ConvoSyncError, options: SaveOptions): Promise<Ending> {
  const way = await invocation.prompts.choose('What now?', [
    ...waysAround(details).map((value) => ({ value, label: remedyLabel(value), hint: remedyConsequence(value) })),
    { value: 'later' as const, label: 'Later', hint: 'it waits on this device' },
  ]);
  switch (way) {
    case 'pull-merge':
    case 'pull-rebase':
      return run(invocation, request, await makePlan(invocation, request, { choices: { diverged: way } }), options);
    case 'retry':
      return retry(invocation, options);
    case 'save-unpushed':
      return retry(invocation, { ...options, push: false });
    case 'later':
      return 5;
  }
}

async function retry(invocation: Invocation, { push, vault }: SaveOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const report = await withVault(invocation, vault, (choice) => work((run) => convosync.sync(folder, { ...run, ...choice, push })));
  output.report(report, describeSending, ({ outcome, sessions }) => ({ outcome, sessions }));
  return report.outcome === 'kept' ? 5 : 0;
}

function requestOf(message: string | undefined, options: SaveOptions, folder: string): SaveRequest {
  const isSnapshot = options.stash === true ? true : options.commit === true ? false : undefined;
  if (options.remember === true && isSnapshot === undefined) {
    throw new ConvoSyncError('usage', 'Say what is to be remembered: --remember goes with --commit or --stash.');
  }
  if (message !== undefined && options.message !== undefined) {
    throw new ConvoSyncError('usage', 'The message is given twice.');
  }
  const title = message ?? options.message;
  return {
    ...(title === undefined ? {} : { message: title }),
    ...(options.branch === undefined ? {} : { branch: options.branch }),
    ...(isSnapshot === undefined ? {} : { snapshot: isSnapshot }),
    ...(options.remember === true ? { remember: true } : {}),
    ...(options.push ? {} : { push: false }),
    ...(options.conversation === false ? { conversations: 'none' } : {}),
    ...(options.conversation ? { conversations: options.conversation.includes('all') ? 'all' : options.conversation } : {}),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
    ...(options.withoutOthers === true ? { with: [] } : options.with ? { with: options.with.map((other) => path.resolve(folder, other)) } : {}),
    ...(options.handoffBy === undefined ? {} : { handoffBy: options.handoffBy }),
    ...(options.force === true ? { force: true } : {}),
    ...(options.on === undefined ? {} : { choices: options.on }),
    ...(options.vault === undefined ? {} : { vault: options.vault }),
  };
}

/** The plan with who will be able to read what it saves, where that was said beforehand. */
function asTold(plan: SavePlan, { passphraseFile, newVault }: SaveOptions): SavePlan {
  return { ...plan, ...privacyAfter(plan, passphraseFile === undefined ? newVault : 'sealed') };
}

function makePlan(invocation: Invocation, request: SaveRequest, answers: Answers): Promise<SavePlan> {
  const { convosync, work, folder } = invocation;
  return withVault(invocation, request.vault, (vault) =>
    planWithAnswers(invocation, 'save', answers, (given) => work((run) => convosync.planSave(folder, { ...request, ...vault, ...given }, run)), (plan, prompts) => askHowToSaveChanges(invocation, prompts, plan, request, answers)));
}

/** Once for a repository, unless the options say it or ask for no questions. */
async function askHowToSaveChanges({ output }: Invocation, prompts: Prompts, { undecided }: SavePlan, { force }: SaveRequest, answers: Answers): Promise<boolean> {
  if (undecided === undefined || force === true) {
    return false;
  }
  const way = await prompts.choose(howToSaveChanges.question, waysToSaveChanges(undecided.recommended).map((value) => ({ value, label: howToSaveChanges[value].label, hint: howToSaveChanges[value].detail })));
  answers.snapshot = way === 'snapshot';
  answers.remember = true;
  output.tell(way, (chosen) => `Remembered for this repository: ${chosen === 'commit' ? '--stash' : '--commit'} does otherwise once, together with --remember from then on.`);
  return true;
}

async function chooseInteractively({ prompts, output }: Invocation, plan: SavePlan, answers: Answers): Promise<SaveRequest> {
  if (prompts === undefined) {
    throw new ConvoSyncError('usage', 'There is nobody to ask: --interactive needs a terminal.');
  }
  const request: SaveRequest = { message: await prompts.ask('Message', plan.message) };
  if (plan.conversations.length > 0) {
    const inOrder = [...plan.conversations].sort((a, b) => Number(b.chosen) - Number(a.chosen));
    const each = inOrder.map(({ id, title, agentName, modified, running }) => ({
      value: [id],
      label: title ?? id,
      hint: `${agentName}, ${age(modified, output.now())}${running ? ', running' : ''}`,
    }));
    const chosen = await prompts.choose<'none' | 'all' | 'several' | string[]>('Conversation', [
      ...each,
      ...(each.length > 2 ? [{ value: 'several' as const, label: 'Several of them' }] : []),
      ...(each.length > 1 ? [{ value: 'all' as const, label: 'All of them' }] : []),
      { value: 'none', label: 'None: save code alone' },
    ]);
    request.conversations = chosen === 'several' ? (await prompts.chooseSeveral('Conversations', each)).flat() : chosen;
  }
  const { snapshot } = answers;
  const committed = plan.steps.find((step) => step.kind === 'commit');
  if (committed && snapshot === undefined && !(await prompts.confirm(`Commit ${count(committed.files, 'file')}? Otherwise: a snapshot, with nothing committed.`, true))) {
    return { ...request, snapshot: true };
  }
  const push = plan.steps.find((step) => step.kind === 'push');
  if (push && !(await prompts.confirm(`Push ${push.branch} to ${push.remote}?`, true))) {
    request.push = false;
  }
  return request;
}

/** Without one no other device sees the session. */
async function offerRemote(invocation: Invocation, request: SaveRequest, plan: SavePlan, answers: Answers): Promise<SavePlan> {
  const { prompts } = invocation;
  const missing = plan.findings.find(({ code }) => code === 'no-remote');
  if (missing === undefined || prompts === undefined || !(await prompts.confirm('The repository has no remote, so no other device sees the session. Add one now?', false))) {
    return plan;
  }
  await carryOut({ ...invocation, prompts }, 'add-remote', missing, answers);
  return makePlan(invocation, request, answers);
}

async function confirmPlan({ prompts, output }: Invocation, plan: SavePlan): Promise<void> {
  output.tell(plan, renderSavePlan);
  if ((await prompts?.confirm('Save it like this?', true)) === false) {
    throw new ConvoSyncError('cancelled', 'Cancelled.');
  }
}
