/** What preflight asks is asked here: at the terminal where there is a person, else by refusing with what to type. */
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Finding, Remedy } from '../core/git/finding.ts';
import type { Choices, VaultChoice } from '../core/operations/plan.ts';
import { explainError } from '../wording/errors.ts';
import { liesInOwnHands, remedyConsequence, remedyLabel } from '../wording/findings.ts';
import type { PreflightOperation } from '../wording/findings.ts';
import { shortId } from '../wording/short.ts';
import { age } from '../wording/time.ts';
import type { Invocation } from './invocation.ts';
import { vaultsOf } from './render/renderError.ts';
import { renderFindings } from './render/renderFindings.ts';
import type { Prompts } from './terminal/prompts.ts';

export interface Answers {
  choices: Choices;
  /** Name of the branch to create. */
  branch?: string;
}

interface Judged {
  blockers: Finding[];
}

/**
 * Plans until nothing blocks any more, with an answer to every question.
 *
 * @param answers those given already; new ones are added to it, so that none is asked for twice
 * @throws ConvoSyncError `preflight-refused` or `needs-choice`, with what blocks in `details.findings`
 */
export async function planWithAnswers<Plan extends Judged>(invocation: Invocation, operation: PreflightOperation, answers: Answers, makePlan: (answers: Answers) => Promise<Plan>): Promise<Plan> {
  for (;;) {
    const plan = await makePlan(answers);
    const { blockers } = plan;
    if (blockers.length === 0) {
      return plan;
    }
    const refused = blockers.some(({ severity }) => severity === 'refusal');
    const { prompts } = invocation;
    if (refused || prompts === undefined || blockers.some(({ code }) => answers.choices[code] !== undefined)) {
      throw new ConvoSyncError(refused ? 'preflight-refused' : 'needs-choice', 'Preflight does not let it pass.', { details: { findings: blockers } });
    }
    for (const finding of blockers) {
      invocation.output.tell([finding], (findings, look) => renderFindings(findings, operation, look, 'asked'));
      await answer(prompts, finding, answers);
    }
  }
}

async function answer(prompts: Prompts, finding: Finding, answers: Answers): Promise<void> {
  const remedy = await prompts.choose<Remedy | 'cancel'>('What now?', [
    ...finding.remedies.filter((way) => !liesInOwnHands(way)).map((value) => ({ value, label: remedyLabel(value), hint: remedyConsequence(value) })),
    { value: 'cancel', label: 'Cancel', hint: 'changes nothing' },
  ]);
  if (remedy === 'cancel') {
    throw new ConvoSyncError('cancelled', 'Cancelled.');
  }
  answers.choices = { ...answers.choices, [finding.code]: remedy };
  if (remedy === 'create-branch') {
    answers.branch = await prompts.ask('Name of the new branch');
  }
}

/** Runs something that needs to know the vault, and asks which one where that is unclear. */
export async function withVault<T>(invocation: Invocation, given: VaultChoice | undefined, run: (vault: { vault?: VaultChoice }) => Promise<T>): Promise<T> {
  try {
    return await run(given === undefined ? {} : { vault: given });
  } catch (error) {
    const { prompts, output } = invocation;
    if (prompts === undefined || given !== undefined || !ConvoSyncError.is(error, 'vault-choice')) {
      throw error;
    }
    const { title, hint = '' } = explainError(error);
    const vault = await prompts.choose<VaultChoice>(`${title} ${hint}`, [
      ...vaultsOf(error).map(({ id, created }) => ({ value: { join: id }, label: `Join ${shortId(id)}`, hint: `begun ${age(created, output.now())}` })),
      { value: 'new', label: 'Begin a New One', hint: 'when none of them is yours' },
    ]);
    return run({ vault });
  }
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
