import { faultOf, newPassphrase } from '../../wording/newVault.ts';
import { askSecretly } from './askSecretly.ts';

/** Asks twice, and anew when the two are not the same: neither shows which of them was mistyped. */
export async function askForPassphrase(title: string): Promise<string> {
  for (let complaint: { complaint?: string } = {}; ; complaint = { complaint: newPassphrase.notTheSame }) {
    const first = await askSecretly(
      { title, prompt: newPassphrase.prompt, step: 1, totalSteps: 2, ...complaint },
      async (secret) => faultOf(secret),
    );
    const second = await askSecretly({ title, prompt: newPassphrase.again, step: 2, totalSteps: 2 }, async () => undefined);
    if (first === second) {
      return first;
    }
  }
}
