/** What is worth a sentence and stops nothing. */
import { isSafeName } from '../agents/paths.ts';
import { countRedactions, type StoredConversation } from '../session/session.ts';
import type { Vault } from '../vault/vault.ts';
import type { Parts } from './parts.ts';
import type { Note } from './report.ts';

/** With every look and report. */
export function deviceNotes(vault: Vault | undefined): Note[] {
  const ahead = vault?.state.clocksAhead.length ?? 0;
  return [
    ...[...(vault?.distrusted.values() ?? [])].map((error) => ({ kind: 'distrusted', error }) as const),
    ...(vault?.refused ?? []).map(({ writer, object, count, reason }) => {
      const device = [...(vault?.state.devices.values() ?? [])].find(({ writers }) => writers.includes(writer))?.device.name;
      return { kind: 'refused-records', object, count, reason, ...(device === undefined ? {} : { device }) } as const;
    }),
    ...(vault?.wasCopied === true ? [{ kind: 'copied-device' } as const] : []),
    ...(ahead > 0 ? [{ kind: 'clock-ahead', writers: ahead } as const] : []),
  ];
}

/** With a save, which shows the name to other devices, and with the status; anywhere else it would be nagging. */
export function nameNotes({ device, nameIsGeneric }: Parts): Note[] {
  return nameIsGeneric ? [{ kind: 'generic-device-name', name: device.name }] : [];
}

/** With a save: what another device will not be able to hold. */
export function portabilityNotes(conversations: readonly StoredConversation[]): Note[] {
  return conversations.flatMap(({ agent, id, files }) => {
    const paths = files.map(({ path }) => path).filter((path) => !path.split('/').every((name) => isSafeName(name)));
    return paths.length === 0 ? [] : [{ kind: 'unportable-names', agent, conversation: id, paths } as const];
  });
}

/** With a save or a resume of the conversations. */
export function conversationNotes(conversations: readonly StoredConversation[]): Note[] {
  return conversations.flatMap((conversation) => {
    const { agent, id, issues } = conversation;
    const redactions = countRedactions([conversation]);
    return [
      ...(issues > 0 ? [{ kind: 'bad-lines', agent, conversation: id, count: issues } as const] : []),
      ...(redactions > 0 ? [{ kind: 'redacted', agent, conversation: id, count: redactions } as const] : []),
    ];
  });
}
