/** What preflight asks is asked here: at the terminal where there is a person, else by refusing with what to type. */
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Finding, Remedy } from '../core/git/finding.ts';
import type { Choices, VaultChoice } from '../core/operations/plan.ts';
import type { NewVaultChoice } from '../core/vault/openVault.ts';
import { explainError } from '../wording/errors.ts';
import { liesInOwnHands, remedyConsequence, remedyLabel } from '../wording/findings.ts';
import type { PreflightOperation } from '../wording/findings.ts';
import { faultOf, newPassphrase, whoMayRead } from '../wording/newVault.ts';
import { shortId } from '../wording/short.ts';
import { age } from '../wording/time.ts';
import type { Invocation } from './invocation.ts';
import type { NewVault } from './options.ts';
import { readPassphrase } from './passphrase.ts';
import { findingsOf, vaultsOf } from './render/renderError.ts';
import { renderFindings } from './render/renderFindings.ts';
import type { Prompts } from './terminal/prompts.ts';
import { carryOut, isCarriedOutHere } from './waysOut.ts';

export interface Answers {
  choices: Choices;
  /** Name of the branch to create. */
  branch?: string;
  /** How changes are saved, and whether that holds for the repository from then on. */
  snapshot?: boolean;
  remember?: boolean;
  /** Where a way out has led: another folder than the one that the command was typed for. */
  folder?: string;
  /** A working tree that was made for this, and is of no use when nothing comes of it. */
  worktree?: string;
}

interface Judged {
  blockers: Finding[];
}

/**
 * Plans until nothing blocks any more, with an answer to every question.
 *
 * @param answers those given already; new ones are added to it, so that none is asked for twice
 * @param ask what is to be asked before anything that blocks; true when there is an answer that the next plan needs
 * @throws ConvoSyncError `preflight-refused` or `needs-choice`, with what blocks in `details.findings`
 */
export async function planWithAnswers<Plan extends Judged>(invocation: Invocation, operation: PreflightOperation, answers: Answers, makePlan: (answers: Answers) => Promise<Plan>, ask: (plan: Plan, prompts: Prompts) => Promise<boolean> = () => Promise.resolve(false)): Promise<Plan> {
  const { prompts } = invocation;
  for (;;) {
    const { plan, blockers, refusal } = await judge(makePlan(answers));
    const refused = blockers.some(({ severity }) => severity === 'refusal');
    if (plan && prompts && !refused && (await ask(plan, prompts))) {
      continue;
    }
    if (plan && blockers.length === 0) {
      return plan;
    }
    if (prompts === undefined || !blockers.every((finding) => canBeAnswered(finding, answers))) {
      throw refusal ?? new ConvoSyncError(refused ? 'preflight-refused' : 'needs-choice', 'Preflight does not let it pass.', { details: { findings: blockers } });
    }
    for (const finding of blockers) {
      invocation.output.tell([finding], (findings, look) => renderFindings(findings, operation, look, 'asked'));
      await answer({ ...invocation, prompts }, finding, answers);
    }
  }
}

/** What is refused before there is a plan counts as a blocker, too. */
async function judge<Plan extends Judged>(planning: Promise<Plan>): Promise<{ plan?: Plan; blockers: Finding[]; refusal?: ConvoSyncError }> {
  try {
    const plan = await planning;
    return { plan, blockers: plan.blockers };
  } catch (error) {
    const blockers = findingsOf(error);
    if (!ConvoSyncError.is(error) || blockers.length === 0) {
      throw error;
    }
    return { blockers, refusal: error };
  }
}

/** An answer that did not help is not asked for again. */
function canBeAnswered({ code, remedies }: Finding, { choices }: Answers): boolean {
  return choices[code] === undefined && remedies.some(isOffered);
}

function isOffered(remedy: Remedy): boolean {
  return isCarriedOutHere(remedy) || !liesInOwnHands(remedy);
}

async function answer(terminal: Invocation & { prompts: Prompts }, finding: Finding, answers: Answers): Promise<void> {
  const { prompts } = terminal;
  const remedy = await prompts.choose<Remedy | 'cancel'>('What now?', [
    ...finding.remedies.filter(isOffered).map((value) => ({ value, label: remedyLabel(value), hint: remedyConsequence(value) })),
    { value: 'cancel', label: 'Cancel', hint: 'changes nothing' },
  ]);
  if (remedy === 'cancel') {
    throw new ConvoSyncError('cancelled', 'Cancelled.');
  }
  if (isCarriedOutHere(remedy)) {
    await carryOut(terminal, remedy, finding, answers);
    return;
  }
  answers.choices = { ...answers.choices, [finding.code]: remedy };
  if (remedy === 'create-branch') {
    answers.branch = await prompts.ask('Name of the new branch');
  }
}

/**
 * Runs something that needs the vault: asks which one where that is unclear, and for its passphrase or recovery key where
 * it is locked on this device.
 */
export async function withVault<T>(invocation: Invocation, given: VaultChoice | undefined, run: (vault: { vault?: VaultChoice }) => Promise<T>): Promise<T> {
  let vault = given;
  let isUnlocked = false;
  for (;;) {
    try {
      return await run(vault === undefined ? {} : { vault });
    } catch (error) {
      if (ConvoSyncError.is(error, 'vault-choice') && vault === undefined && invocation.prompts) {
        vault = await chooseVault(invocation.prompts, error, invocation.output.now());
      } else if (ConvoSyncError.is(error, 'vault-locked') && !isUnlocked) {
        await unlock(invocation, vault, error);
        isUnlocked = true;
      } else {
        throw error;
      }
    }
  }
}

function chooseVault(prompts: Prompts, error: ConvoSyncError, now: Date): Promise<VaultChoice> {
  const { title, hint = '' } = explainError(error);
  return prompts.choose<VaultChoice>(`${title} ${hint}`, [
    ...vaultsOf(error).map(({ id, created }) => ({ value: { join: id }, label: `Join ${shortId(id)}`, hint: `begun ${age(created, now)}` })),
    { value: 'new', label: 'Begin a New One', hint: 'when none of them is yours' },
  ]);
}

/**
 * Unlocks the vault with what was handed over, or what the person at the terminal types.
 *
 * @param locked thrown where there is neither
 */
export async function unlock(invocation: Invocation, vault: VaultChoice | undefined, locked: unknown): Promise<void> {
  const { convosync, work, folder, prompts, output } = invocation;
  const open = (secret: string): Promise<unknown> => work((run) => convosync.unlock(folder, secret, { ...run, vault }));
  const handedOver = await invocation.passphrase();
  if (handedOver !== undefined) {
    await open(handedOver);
    return;
  }
  if (prompts === undefined) {
    throw locked;
  }
  for (let attempt = 1; ; attempt++) {
    try {
      await open(await prompts.askSecretly('Passphrase or recovery key of the vault'));
      return;
    } catch (error) {
      if (attempt === attempts || !ConvoSyncError.is(error, 'vault-wrong-key')) {
        throw error;
      }
      output.tell(error, (wrong) => explainError(wrong).title);
    }
  }
}

const attempts = 3;

/** The passphrase or recovery key until now; throws `usage` where nobody has it. */
export async function askForSecret({ passphrase, prompts }: Invocation): Promise<string> {
  const secret = (await passphrase()) ?? (await prompts?.askSecretly('Passphrase or recovery key of the vault'));
  if (secret === undefined) {
    throw new ConvoSyncError('usage', 'There is nobody to ask for the passphrase: hand it over with --passphrase-file.');
  }
  return secret;
}

/** Asked for twice, since it is not seen, and anew when the two are not the same. */
export async function askForNewPassphrase({ prompts, output }: { prompts: Prompts; output: Invocation['output'] }, message: string): Promise<string> {
  for (;;) {
    const first = await prompts.askSecretly(message, faultOf);
    if (first === (await prompts.askSecretly(newPassphrase.again))) {
      return first;
    }
    output.tell(undefined, () => newPassphrase.notTheSame);
  }
}

/** A new passphrase as it was handed over, or asked for; throws `usage` where nobody has one. */
export async function nextPassphrase({ prompts, output, currentFolder, stdin }: Invocation, file: string | undefined, message: string): Promise<string> {
  const passphrase = (await readPassphrase(file, { currentFolder, stdin })) ?? (prompts && (await askForNewPassphrase({ prompts, output }, message)));
  if (passphrase === undefined) {
    throw new ConvoSyncError('usage', 'There is nobody to ask for the new passphrase: hand it over with --new-passphrase-file.');
  }
  return passphrase;
}

/** How the vault is to be that the first save makes; undefined where nobody says. */
export async function chooseNewVault({ prompts, output, passphrase }: Invocation, kind: NewVault | undefined): Promise<NewVaultChoice | undefined> {
  const handedOver = await passphrase();
  if (handedOver !== undefined && kind === 'readable') {
    throw new ConvoSyncError('usage', 'A readable vault has no passphrase: give either --new-vault readable or --passphrase-file.');
  }
  if (handedOver !== undefined) {
    return { passphrase: handedOver };
  }
  const chosen = kind ?? (await prompts?.choose<NewVault>(whoMayRead.question, [
    { value: 'sealed', label: whoMayRead.sealed.label, hint: whoMayRead.sealed.detail },
    { value: 'readable', label: whoMayRead.readable.label, hint: whoMayRead.readable.detail },
  ]));
  if (chosen === 'sealed' && prompts) {
    return { passphrase: await askForNewPassphrase({ prompts, output }, 'A passphrase for your new vault') };
  }
  return chosen === 'readable' ? 'readable' : undefined;
}

/** A name like “localhost” says nothing to the other devices, so it is asked for where someone can answer. */
export async function offerDeviceName(invocation: Invocation, notes: readonly { kind: string }[]): Promise<void> {
  const { prompts, convosync, output } = invocation;
  const generic = notes.find((note): note is { kind: 'generic-device-name'; name: string } => note.kind === 'generic-device-name');
  if (prompts === undefined || generic === undefined) {
    return;
  }
  const name = await prompts.ask('What do you call this device? Your other devices will show that name.', generic.name);
  await convosync.renameDevice(name);
  output.show(name, (chosen) => `This device is called “${chosen}” from now on.`);
}
