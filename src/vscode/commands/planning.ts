/** Plans until nothing stands in the way: whatever blocks is shown with its remedies, and the answer goes into the next plan. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { Finding, Remedy } from '../../core/git/finding.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { Choices } from '../../core/operations/plan.ts';
import { t } from '../../l10n/language.ts';
import { textFact } from '../../wording/facts.ts';
import { explainFinding, type PreflightOperation, remedyConsequence, remedyLabel } from '../../wording/findings.ts';
import { withProgress } from '../progress.ts';
import { findingsOf, goElsewhere, leadsElsewhere } from '../remedies.ts';
import type { VaultAnswer } from './withVault.ts';

/** What the user has answered so far; grows from plan to plan. */
export interface Answers extends VaultAnswer {
  /** Top of the repository that is meant: another one once a working tree was made beside it. */
  folder: string;
  choices: Choices;
  branch?: string;
  /** Where the person said that another repository of the session is. */
  located?: string[];
  /** How changes are saved, and whether that holds for the repository from then on. */
  snapshot?: boolean;
  remember?: boolean;
  /** A working tree that was made for this, and is of no use when nothing comes of it. */
  worktree?: string;
}

/** What planning works with. */
export interface Planning {
  core: ConvoSync;
  operation: PreflightOperation;
}

/**
 * @param ask what is to be asked before anything that blocks; true when there is an answer that the next plan needs
 * @throws ConvoSyncError `cancelled` when the user backs out or goes elsewhere to put things right
 */
export async function planUntilReady<Plan extends { blockers: Finding[] }>(
  planning: Planning,
  answers: Answers,
  plan: (answers: Answers) => Promise<Plan>,
  ask: (plan: Plan) => Promise<boolean> = () => Promise.resolve(false),
): Promise<Plan> {
  for (;;) {
    const { made, blockers } = await judge(plan(answers));
    const [blocker] = blockers;
    if (made && blockers.every(({ severity }) => severity === 'question') && (await ask(made))) {
      continue;
    }
    if (made && !blocker) {
      return made;
    }
    if (blocker) {
      await applyRemedy(planning, await askForRemedy(blocker, planning.operation), blocker, answers);
    }
  }
}

/** What is refused before there is a plan counts as a blocker, too. */
async function judge<Plan extends { blockers: Finding[] }>(plan: Promise<Plan>): Promise<{ made?: Plan; blockers: Finding[] }> {
  try {
    const made = await plan;
    return { made, blockers: made.blockers };
  } catch (error) {
    const blockers = findingsOf(error);
    if (blockers.length === 0) {
      throw error;
    }
    return { blockers };
  }
}

/** What is said for information, and was not chosen so. */
export function openInformation(findings: readonly Finding[], { choices }: Answers): Finding[] {
  return findings.filter(({ severity, code, remedies }) => {
    const choice = choices[code];
    return severity === 'info' && (choice === undefined || (remedies.length > 0 && !remedies.includes(choice)));
  });
}

/** What core does itself becomes a choice for the next plan; the rest is done here and now. */
export async function applyRemedy({ core }: Planning, remedy: Remedy, finding: Finding, answers: Answers): Promise<void> {
  if (remedy === 'initialise') {
    await withProgress('ConvoSync', (options) => core.initialise(answers.folder, options));
    return;
  }
  if (leadsElsewhere(remedy)) {
    await goElsewhere(remedy, finding, answers.folder);
    throw new ConvoSyncError('cancelled', 'The user went elsewhere to put things right.');
  }
  switch (remedy) {
    case 'add-remote':
      await vscode.commands.executeCommand('git.addRemote');
      return;
    case 'retry':
      return;
    case 'locate':
      answers.located = [...(answers.located ?? []), await askForFolder(finding)];
      return;
    case 'worktree':
      answers.worktree = await withProgress('ConvoSync', (options) => core.addWorktree(answers.folder, textFact(finding.details, 'branch') ?? 'session', options));
      answers.folder = answers.worktree;
      answers.choices = { ...answers.choices, 'detached-head': 'switch' };
      return;
    case 'create-branch':
      answers.branch = await askForBranch();
      return;
    default:
      answers.choices = { ...answers.choices, [finding.code]: remedy };
  }
}

async function askForRemedy(finding: Finding, operation: PreflightOperation): Promise<Remedy> {
  const { title, detail, safe } = explainFinding(finding, operation);
  const consequences = finding.remedies.flatMap((remedy) => {
    const consequence = remedyConsequence(remedy);
    return consequence === undefined ? [] : [`• ${t`${remedyLabel(remedy)}: ${consequence}`}`];
  });
  const lines = [detail, safe, consequences.join('\n')].filter((part) => part !== undefined && part !== '');
  const pressed = await vscode.window.showWarningMessage(title, { modal: true, detail: lines.join('\n\n') }, ...finding.remedies.map(remedyLabel));
  const remedy = finding.remedies.find((one) => remedyLabel(one) === pressed);
  if (remedy === undefined) {
    throw new ConvoSyncError('cancelled', 'The question was not answered.');
  }
  return remedy;
}

async function askForFolder({ repository }: Finding): Promise<string> {
  const [folder] = (await vscode.window.showOpenDialog({ title: repository === undefined ? t`Where is the repository?` : t`Where is ${repository}?`, openLabel: t`Choose Its Folder`, canSelectFolders: true, canSelectFiles: false })) ?? [];
  if (!folder) {
    throw new ConvoSyncError('cancelled', 'No folder was chosen.');
  }
  return folder.fsPath;
}

async function askForBranch(): Promise<string> {
  const name = (await vscode.window.showInputBox({ title: t`Create Branch Here`, prompt: t`Name of the new branch`, ignoreFocusOut: true }))?.trim();
  if (name === undefined || name === '') {
    throw new ConvoSyncError('cancelled', 'No branch was named.');
  }
  return name;
}
