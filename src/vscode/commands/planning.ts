/** Plans until nothing stands in the way: whatever blocks is shown with its remedies, and the answer goes into the next plan. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { Finding, Remedy } from '../../core/git/finding.ts';
import type { Choices } from '../../core/operations/plan.ts';
import { explainFinding, type PreflightOperation, remedyConsequence, remedyLabel } from '../../wording/findings.ts';
import { goElsewhere, leadsElsewhere } from '../remedies.ts';
import type { VaultAnswer } from './withVault.ts';

/** What the user has answered so far; grows from plan to plan. */
export interface Answers extends VaultAnswer {
  choices: Choices;
  branch?: string;
  /** Where the person said that another repository of the session is. */
  located?: string[];
  /** How changes are saved, and whether that holds for the repository from then on. */
  snapshot?: boolean;
  remember?: boolean;
}

/**
 * @param ask what is to be asked before anything that blocks; true when there is an answer that the next plan needs
 * @throws ConvoSyncError `cancelled` when the user backs out or goes elsewhere to put things right
 */
export async function planUntilReady<Plan extends { blockers: Finding[] }>(
  operation: PreflightOperation,
  answers: Answers,
  plan: (answers: Answers) => Promise<Plan>,
  ask: (plan: Plan) => Promise<boolean> = () => Promise.resolve(false),
): Promise<Plan> {
  for (;;) {
    const made = await plan(answers);
    const [blocker] = made.blockers;
    if (made.blockers.every(({ severity }) => severity === 'question') && (await ask(made))) {
      continue;
    }
    if (!blocker) {
      return made;
    }
    await applyRemedy(await askForRemedy(blocker, operation), blocker, answers);
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
export async function applyRemedy(remedy: Remedy, finding: Finding, answers: Answers): Promise<void> {
  if (leadsElsewhere(remedy)) {
    await goElsewhere(remedy, finding);
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
    return consequence === undefined ? [] : [`• ${remedyLabel(remedy)}: ${consequence}`];
  });
  const lines = [detail, safe, consequences.join('\n')].filter((part) => part !== undefined && part !== '');
  const pressed = await vscode.window.showWarningMessage(title, { modal: true, detail: lines.join('\n\n') }, ...finding.remedies.map(remedyLabel));
  const remedy = finding.remedies.find((one) => remedyLabel(one) === pressed);
  if (remedy === undefined) {
    throw new ConvoSyncError('cancelled', 'The question was not answered.');
  }
  return remedy;
}

async function askForFolder({ repository = 'the repository' }: Finding): Promise<string> {
  const [folder] = (await vscode.window.showOpenDialog({ title: `Where is ${repository}?`, openLabel: 'Choose Its Folder', canSelectFolders: true, canSelectFiles: false })) ?? [];
  if (!folder) {
    throw new ConvoSyncError('cancelled', 'No folder was chosen.');
  }
  return folder.fsPath;
}

async function askForBranch(): Promise<string> {
  const name = (await vscode.window.showInputBox({ title: 'Create Branch Here', prompt: 'Name of the new branch', ignoreFocusOut: true }))?.trim();
  if (name === undefined || name === '') {
    throw new ConvoSyncError('cancelled', 'No branch was named.');
  }
  return name;
}
