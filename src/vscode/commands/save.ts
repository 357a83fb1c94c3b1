/** Save: plan, ask for the message, show what will be done, do it, say where the session is now. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { Finding, Remedy } from '../../core/git/finding.ts';
import type { Choices, ConversationPreview, Privacy, SavePlan, SaveRequest } from '../../core/operations/plan.ts';
import type { SaveReport } from '../../core/operations/report.ts';
import type { NewVaultChoice } from '../../core/vault/openVault.ts';
import { t } from '../../l10n/language.ts';
import { howToSaveChanges, waysToSaveChanges } from '../../wording/changesAs.ts';
import { explainError } from '../../wording/errors.ts';
import { remedyLabel } from '../../wording/findings.ts';
import { privacyAfter } from '../../wording/privacy.ts';
import { waysAround } from '../../wording/rejectedPush.ts';
import { describeNote, describeOutcome } from '../../wording/reports.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { configuration } from '../configuration.ts';
import { captureContext } from '../context/captureContext.ts';
import { plainText } from '../plainText.ts';
import { withProgress } from '../progress.ts';
import { chooseNewVault } from './newVault.ts';
import { begin, type CommandParts } from './parts.ts';
import { type Answers, applyRemedy, openInformation, type Planning, planUntilReady } from './planning.ts';
import { copyCliCommand } from './session.ts';
import { saveSummary } from './summaries.ts';
import { undoSave } from './undo.ts';
import { withVault } from './withVault.ts';

/** What the user has decided so far; a second try begins with it. */
type Wishes = Pick<SaveRequest, 'message' | 'handoff' | 'conversations' | 'with'> & { newVault?: NewVaultChoice | undefined; choices?: Choices };

export async function save(parts: CommandParts, at?: string, wishes: Wishes = {}): Promise<void> {
  const { core, folder } = await begin(parts, at);
  const { changesAs } = configuration;
  const answers: Answers = { folder, choices: wishes.choices ?? {}, ...(changesAs === 'commit' || changesAs === 'snapshot' ? { snapshot: changesAs === 'snapshot' } : {}) };
  const others = (await parts.workspace.repositories())?.othersThan(folder) ?? [];
  const context = await captureContext(folder, configuration.context, parts.terminals);
  const planning: Planning = { core, operation: 'save' };
  let wanted = wishes;
  let asked = false;
  for (;;) {
    const { newVault, ...wishedFor } = wanted;
    const request: SaveRequest = { push: configuration.pushesBranch, handoffBy: configuration.handoffBy, context, ...wishedFor };
    const plan = await planUntilReady(planning, answers, (given) => withVault(core, folder, (vault) =>
      withProgress('ConvoSync', (options) => core.planSave(folder, { ...request, ...given, ...vault }, options)), answers), (made) => askHowToSaveChanges(made, answers));
    if (!asked) {
      wanted = { ...wanted, message: await askForMessage(wanted.message ?? plan.message) };
      asked = true;
      if (wanted.message !== plan.message) {
        continue;
      }
    }
    if (wanted.handoff === undefined && isByModel(plan)) {
      wanted = { ...wanted, handoff: await parts.handoffEditor.edit(plan.session, plan.handoff) };
      continue;
    }
    wanted = { ...wanted, newVault: newVault ?? (await chooseNewVault(plan)) };
    const decision = await confirm(plan, openInformation(plan.findings, answers), privacyAfter(plan, wanted.newVault), others.length > 0);
    switch (decision.kind) {
      case 'save':
        await run(parts, folder, plan, wanted);
        return;
      case 'edit-handoff':
        wanted = { ...wanted, handoff: await parts.handoffEditor.edit(plan.session, plan.handoff) };
        break;
      case 'change-conversation':
        wanted = { ...aboutNoConversation(wanted), ...(await askForConversations(plan.conversations)) };
        break;
      case 'change-repositories':
        wanted = { ...wanted, with: await askForRepositories(others, plan) };
        break;
      case 'remedy':
        await applyRemedy(planning, decision.remedy, decision.finding, answers);
        break;
    }
  }
}

/** Then a person reads it before it is saved. */
function isByModel({ handoff, findings, conversations }: SavePlan): boolean {
  return configuration.handoffBy !== 'transcript' && handoff !== '' && conversations.some(({ chosen }) => chosen) && !findings.some(({ code }) => code === 'handoff-without-model');
}

async function run(parts: CommandParts, folder: string, plan: SavePlan, wanted: Wishes): Promise<void> {
  const core = await parts.core.forUser();
  await parts.failures.guard(async () => {
    const { newVault } = wanted;
    const report = await parts.overview.during('saving', () => withProgress(t`Saving`, (options) => core.save(plan, { ...options, newVault })));
    if (report.recoveryKey !== undefined) {
      const { showRecoveryKey } = await import('./keys.ts');
      await showRecoveryKey(core, folder, report.recoveryKey);
    }
    tell(parts, folder, report, wanted);
  }, () => save(parts, folder, wanted));
}

function tell(parts: CommandParts, folder: string, report: SaveReport, wanted: Wishes): void {
  const { title, detail } = describeOutcome(report);
  const why = report.problem ? explainError(report.problem) : undefined;
  if (why?.quote !== undefined) {
    parts.logger.warn(why.quote);
  }
  const sentences = [t`${title}.`, detail, why?.title, ...report.notes.map(describeNote)].filter((part) => part !== undefined);
  const copy = { label: t`Copy Resume Command`, run: () => copyCliCommand(parts, { folder, session: report.session }) };
  const undo = { label: t`Undo`, run: () => undoSave(parts, folder, report.session) };
  if (report.outcome === 'queued') {
    const send = { label: t`Send Now`, run: () => sendQueued(parts, folder) };
    const elsewhere = { label: t`Choose Another Place`, run: async () => (await import('./keys.ts')).choosePlace(parts) };
    const around = report.problem?.code === 'push-rejected' ? waysAround(report.problem.details).map((way) => ({ label: remedyLabel(way), run: () => goAround(parts, folder, wanted, way) })) : [send, copy];
    parts.failures.offer('warning', sentences.join(' '), ...(report.problem?.code === 'namespace-refused' ? [elsewhere, copy] : around), undo);
  } else if (report.notes.some(({ kind }) => kind === 'generic-device-name')) {
    parts.failures.offer('info', sentences.join(' '), copy, { label: t`Name This Device`, run: async () => vscode.commands.executeCommand('convosync.device.rename') });
  } else {
    parts.failures.offer('info', sentences.join(' '), copy, undo);
  }
}

/** Past what has rejected the push. */
async function goAround(parts: CommandParts, folder: string, wanted: Wishes, way: ReturnType<typeof waysAround>[number]): Promise<void> {
  switch (way) {
    case 'pull-merge':
    case 'pull-rebase':
      return save(parts, folder, { ...wanted, choices: { diverged: way } });
    case 'retry':
      return sendQueued(parts, folder);
    case 'save-unpushed':
      return sendQueued(parts, folder, { push: false });
  }
}

/** Sends what waits on this device; without `push` the branch stays where it is at the remote. */
export async function sendQueued(parts: CommandParts, folder: string, { push }: { push?: boolean } = {}): Promise<void> {
  const core = await parts.core.forUser();
  const { outcome, sessions } = await parts.overview.during('saving', () => withProgress(t`Sending`, (options) => core.sync(folder, { ...options, push })));
  const said = {
    sent: sessions === 1 ? t`The session that waited has been sent.` : t`The ${sessions} sessions that waited have been sent.`,
    'nothing-to-send': t`Nothing waits to be sent.`,
    kept: t`There is no remote to send to; the sessions stay on this device.`,
  }[outcome];
  parts.failures.offer('info', said);
}

async function askForMessage(proposed: string): Promise<string> {
  const message = await vscode.window.showInputBox({
    title: t`ConvoSync: Save`,
    prompt: t`First line of the commit, and title of the session`,
    value: proposed,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? t`A session needs a title.` : undefined),
  });
  return message?.trim() ?? leave();
}

type Decision =
  | { kind: 'save' | 'edit-handoff' | 'change-conversation' | 'change-repositories' }
  | { kind: 'remedy'; finding: Finding; remedy: Remedy };

async function confirm(plan: SavePlan, information: readonly Finding[], privacy: Privacy, hasOthers: boolean): Promise<Decision> {
  const decisions = new Map<string, Decision>([[t`Save`, { kind: 'save' }]]);
  if (plan.conversations.some(({ chosen }) => chosen)) {
    decisions.set(t`Edit Handoff…`, { kind: 'edit-handoff' });
  }
  if (plan.conversations.length > 0) {
    decisions.set(t`Change Conversation…`, { kind: 'change-conversation' });
  }
  if (hasOthers) {
    decisions.set(t`Other Repositories…`, { kind: 'change-repositories' });
  }
  for (const finding of information) {
    for (const remedy of finding.remedies.slice(0, 1)) {
      decisions.set(remedyLabel(remedy), { kind: 'remedy', finding, remedy });
    }
  }
  const pressed = await vscode.window.showInformationMessage(t`Save “${plan.message}”?`, { modal: true, detail: saveSummary({ ...plan, ...privacy }, information) }, ...decisions.keys());
  return decisions.get(pressed ?? '') ?? leave();
}

/** Once for a repository, or each time where the user wants that. */
async function askHowToSaveChanges({ undecided, findings, steps }: SavePlan, answers: Answers): Promise<boolean> {
  if (answers.snapshot !== undefined || !findings.some(({ code }) => code === 'uncommitted-changes')) {
    return false;
  }
  const remembered = configuration.changesAs === 'ask' ? (steps.some(({ kind }) => kind === 'snapshot') ? 'snapshot' : 'commit') : undefined;
  const recommended = undecided?.recommended ?? remembered;
  if (recommended === undefined) {
    return false;
  }
  const items = waysToSaveChanges(recommended).map((way) => ({ ...howToSaveChanges[way], way, iconPath: new vscode.ThemeIcon(way === 'commit' ? 'git-commit' : 'archive') }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t`ConvoSync: Save`,
    placeHolder: [howToSaveChanges.question, ...(undecided ? [t`Asked once; a setting changes it.`] : [])].join(' '),
    ignoreFocusOut: true,
  });
  answers.snapshot = (picked?.way ?? leave()) === 'snapshot';
  answers.remember = true;
  return true;
}

/** Several can be picked; none of them saves the code alone. */
async function askForConversations(conversations: readonly ConversationPreview[]): Promise<Wishes> {
  const now = new Date();
  const items = conversations.map(({ id, title, agentName, modified, running, chosen }) => ({
    label: plainText(title ?? t`Conversation ${shortId(id)}`),
    description: [agentName, age(modified, now), ...(running ? [t`running`] : [])].join(' · '),
    iconPath: new vscode.ThemeIcon('comment-discussion'),
    picked: chosen,
    id,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t`ConvoSync: Save`, placeHolder: t`Which conversations belong to this work? None saves the code alone.`, canPickMany: true, matchOnDescription: true, ignoreFocusOut: true,
  });
  const ids = picked?.map(({ id }) => id) ?? leave();
  return { conversations: ids.length === 0 ? 'none' : ids };
}

/** A handoff of another conversation would say what this one does not. */
function aboutNoConversation(wishes: Wishes): Wishes {
  return Object.fromEntries(Object.entries(wishes).filter(([name]) => name !== 'handoff'));
}

/** Which of the window's other repositories belong to the session; those that went along before are picked already. */
async function askForRepositories(others: readonly string[], plan: SavePlan): Promise<string[]> {
  const along = plan.steps.flatMap((step) => (step.kind === 'companion' ? [step.folder] : []));
  const items = [...new Set([...along, ...others])].map((folder) => ({ label: plainText(path.basename(folder)), description: plainText(folder), iconPath: new vscode.ThemeIcon('repo'), picked: along.includes(folder), folder }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t`ConvoSync: Save`, placeHolder: t`Which other repositories belong to the session?`, canPickMany: true, ignoreFocusOut: true,
  });
  return picked?.map(({ folder }) => folder) ?? leave();
}

function leave(): never {
  throw new ConvoSyncError('cancelled', 'The save was cancelled.');
}
