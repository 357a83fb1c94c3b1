import type { Finding, Remedy } from '../git/finding.ts';

/**
 * Judges with the remedies that were chosen; with `force`, every question that is left takes its first remedy. One
 * answer may raise another question, so it is judged again until none is left.
 */
export function withRecommended(judge: (remedies: Remedy[]) => Finding[], chosen: readonly Remedy[], force = false): { findings: Finding[]; remedies: Remedy[] } {
  const remedies = [...chosen];
  for (;;) {
    const findings = judge(remedies);
    const recommended = force ? findings.find(({ severity }) => severity === 'question')?.remedies[0] : undefined;
    if (recommended === undefined || remedies.includes(recommended)) {
      return { findings, remedies };
    }
    remedies.push(recommended);
  }
}
