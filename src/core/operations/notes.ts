/** What is worth a sentence with every report, and stops nothing. */
import type { StoredConversation } from '../session/session.ts';
import type { Vault } from '../vault/vault.ts';
import type { Parts } from './parts.ts';
import type { Note } from './report.ts';

export function deviceNotes(parts: Parts, vault: Vault | undefined): Note[] {
  const ahead = vault?.state.clocksAhead.length ?? 0;
  return [
    ...(vault?.wasCopied === true ? [{ kind: 'copied-device' } as const] : []),
    ...(ahead > 0 ? [{ kind: 'clock-ahead', writers: ahead } as const] : []),
    ...(parts.nameIsGeneric ? [{ kind: 'generic-device-name', name: parts.device.name } as const] : []),
  ];
}

export function badLineNotes(conversations: readonly StoredConversation[]): Note[] {
  return conversations.filter(({ issues }) => issues > 0).map(({ agent, id, issues }) => ({ kind: 'bad-lines', agent, conversation: id, count: issues }));
}
