/** Resume: pick a session, plan, show what will be done, do it, say whether all is in sync, and how to go on. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { Finding, Remedy } from '../../core/git/finding.ts';
import type { ConvoSync, RunOptions } from '../../core/operations/convosync.ts';
import type { ResumePlan, ResumeRequest } from '../../core/operations/plan.ts';
import type { ResumeReport } from '../../core/operations/report.ts';
import { t } from '../../l10n/language.ts';
import { remedyLabel } from '../../wording/findings.ts';
import { describeDone } from '../../wording/plans.ts';
import { describeNote, describeVerdict } from '../../wording/reports.ts';
import type { InRepository, SessionReference } from '../contributions.ts';
import { configuration } from '../configuration.ts';
import { agentTerminal } from '../context/agentTerminal.ts';
import { onlyWanted, restoreContext, unnamedVariables } from '../context/restoreContext.ts';
import { withProgress } from '../progress.ts';
import { openWindow } from '../remedies.ts';
import { shellCommand } from '../shellCommand.ts';
import { begin, type CommandParts, folderOf } from './parts.ts';
import { type Answers, applyRemedy, openInformation, type Planning, planUntilReady } from './planning.ts';
import { pickSession } from './pickSession.ts';
import { resumeSummary } from './summaries.ts';
import { undoResume } from './undo.ts';
import { withVault } from './withVault.ts';

/** @param reference a session, or the repository in which one is to be picked */
export async function resume(parts: CommandParts, reference?: SessionReference | InRepository): Promise<void> {
  const { folder, session } = reference && 'session' in reference ? reference : await pickSession(parts, {
    title: t`ConvoSync: Resume`,
    placeholder: t`Which session do you want to go on with?`,
    empty: t`No session has been saved for this repository yet.`,
  }, folderOf(reference));
  const { core } = await begin(parts, folder);
  const makePlan: Source['plan'] = (request, answers, options) => withVault(core, answers.folder, (vault) => core.planResume(answers.folder, { ...request, session, ...vault }, options), answers);
  await parts.failures.guard(() => resumeFrom(parts, core, folder, { plan: makePlan }), () => resume(parts, { folder, session }));
}

/** What is resumed. */
export interface Source {
  plan: (request: Pick<ResumeRequest, 'choices' | 'with'>, answers: Answers, options: RunOptions) => Promise<ResumePlan>;
  /** Set of a file, which no list of sessions holds: what is to be known of it first. */
  caution?: string;
}

export async function resumeFrom(parts: CommandParts, core: ConvoSync, folder: string, source: Source): Promise<void> {
  const others = (await parts.workspace.repositories())?.othersThan(folder) ?? [];
  const answers: Answers = { folder, choices: {} };
  try {
    await resumeWith(parts, core, { source, others }, answers);
  } catch (error) {
    if (answers.worktree !== undefined) {
      await core.removeWorktree(answers.worktree);
    }
    throw error;
  }
}

async function resumeWith(parts: CommandParts, core: ConvoSync, { source, others }: { source: Source; others: readonly string[] }, answers: Answers): Promise<void> {
  const planning: Planning = { core, operation: 'resume' };
  for (;;) {
    const plan = await planUntilReady(planning, answers, (given) =>
      withProgress('ConvoSync', (options) => source.plan({ choices: given.choices, with: [...(given.located ?? []), ...others] }, given, options)));
    const decision = await confirm(plan, openInformation(plan.findings, answers), source.caution);
    if (decision === 'resume') {
      const report = await parts.overview.during('resuming', () => withProgress(t`Resuming`, (options) => core.resume(plan, options)));
      await openAgain(parts, answers, report);
      tell(parts, core, answers, report, source.caution === undefined);
      return;
    }
    await applyRemedy(planning, decision.remedy, decision.finding, answers);
  }
}

/** What was open: here, or in the window that is opened on the working tree beside. */
async function openAgain({ state, logger }: CommandParts, { folder, worktree }: Answers, { context, session }: ResumeReport): Promise<void> {
  if (worktree !== undefined) {
    await state.setOpensAgain({ folder: worktree, session: session.outline.id });
  } else if (context) {
    await restoreContext(folder, onlyWanted(context, configuration.context), session, logger);
  }
}

function tell(parts: CommandParts, core: ConvoSync, { folder, worktree }: Answers, report: ResumeReport, isListed: boolean): void {
  const { title, differences } = describeVerdict(report.verdict, report.session.summary.conversations);
  const shown = report.steps.filter((step) => step.kind === 'install' && step.outcome === 'shown');
  const sentences = [t`${title}.`, ...differences, ...shown.map((step) => t`${describeDone(step)}.`), ...report.notes.map(describeNote)];
  const [command] = report.commands;
  const beside = worktree === undefined ? [] : [{ label: t`Open Window`, run: () => openWindow(worktree) }];
  const go = command ? [{ label: t`Open in Terminal`, run: async () => openTerminals(report) }] : [];
  const chat = isListed && shown.length > 0 ? [{ label: t`Open in Chat`, run: () => openShown(core, folder, report) }] : [];
  parts.failures.offer(report.verdict.inSync ? 'info' : 'warning', sentences.join(' '), ...beside, ...go, ...chat, { label: t`Undo`, run: () => undoResume(parts, folder, report.undo) });
}

/** Where the chat takes nothing, the session itself is opened: its handoff and all that was said. */
async function openShown(core: ConvoSync, folder: string, { session, steps }: ResumeReport): Promise<void> {
  const { openInChat } = await import('../openInChat.ts');
  const id = session.outline.id;
  const { conversations } = await core.open(folder, id, { refresh: false });
  const shown = conversations.filter((conversation) => steps.some((step) => step.kind === 'install' && step.outcome === 'shown' && step.conversation === conversation.id));
  for (const conversation of shown) {
    if (!(await openInChat(conversation))) {
      await vscode.commands.executeCommand('convosync.session.open', { folder, session: id } satisfies SessionReference);
      return;
    }
  }
}

/** With the variables that a person named on both devices. */
function openTerminals({ commands, context }: ResumeReport): void {
  const { environment } = context ? onlyWanted(context, configuration.context) : {};
  for (const { agentName, argv, folder } of commands) {
    const terminal = vscode.window.createTerminal({ name: agentName, cwd: folder, iconPath: new vscode.ThemeIcon('comment-discussion'), env: { ...environment, ...agentTerminal } });
    terminal.show();
    terminal.sendText(shellCommand(argv, process.platform));
  }
}

type Decision = 'resume' | { finding: Finding; remedy: Remedy };

async function confirm(plan: ResumePlan, information: readonly Finding[], caution: string | undefined): Promise<Decision> {
  const decisions = new Map<string, Decision>([[t`Resume`, 'resume']]);
  for (const finding of information) {
    for (const remedy of finding.remedies.slice(0, 1)) {
      decisions.set(remedyLabel(remedy), { finding, remedy });
    }
  }
  const { message } = plan.session.summary;
  const { context } = plan;
  const wanted = configuration.context;
  const summary = context ? resumeSummary({ ...plan, context: onlyWanted(context, wanted) }, information, new Date(), unnamedVariables(context, wanted)) : resumeSummary(plan, information, new Date());
  const pressed = await vscode.window.showInformationMessage(t`Resume “${message}”?`, { modal: true, detail: caution === undefined ? summary : `${summary}\n\n${caution}` }, ...decisions.keys());
  const decision = decisions.get(pressed ?? '');
  if (decision === undefined) {
    throw new ConvoSyncError('cancelled', 'The resume was cancelled.');
  }
  return decision;
}
