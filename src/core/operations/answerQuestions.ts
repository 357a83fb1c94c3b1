import type { Finding, Remedy } from '../git/finding.ts';
import type { Choices } from './plan.ts';

/** Chosen ones that a shell carries out before it plans again. */
const ofShells: ReadonlySet<Remedy> = new Set<Remedy>(['worktree']);

/**
 * Judges with the remedies that options name, then with what was chosen for each finding; with `force`, every question
 * that is left takes its first remedy. One answer may raise another question, so it is judged again until none is left.
 */
export function answerQuestions(judge: (remedies: readonly Remedy[]) => Finding[], named: readonly Remedy[], { choices = {}, force }: { choices?: Choices; force?: boolean }): { findings: Finding[]; remedies: Remedy[] } {
  const remedies = [...named];
  for (;;) {
    const findings = judge(remedies);
    const answers = findings.filter(({ severity }) => severity === 'question').map(({ code, remedies: offered }) => offered.find((remedy) => remedy === choices[code] && !ofShells.has(remedy)) ?? (force === true ? offered[0] : undefined));
    const answer = answers.find((remedy) => remedy !== undefined);
    if (answer === undefined) {
      return { findings, remedies };
    }
    remedies.push(answer);
  }
}
