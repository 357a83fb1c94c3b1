/**
 * Things that look like secrets in what a save is about to store. Each new piece of a conversation is searched when the save is
 * planned, so that a person can decide, and again when it is captured: what came meanwhile and nobody has decided about is left
 * out. The agent's own files stay as they are.
 */
import { stat } from 'node:fs/promises';
import type { ConversationFile } from '../agents/agent.ts';
import type { Finding, Remedy } from '../git/finding.ts';
import type { Repository } from '../git/repository.ts';
import { readDecisions, type SecretDecision, type SecretDecisions } from '../secrets/decisions.ts';
import type { FoundSecret, KnownValue } from '../secrets/scanFile.ts';
import type { CaptureSource } from '../vault/fileStore.ts';
import { readInstallMap } from '../vault/installMap.ts';
import type { Vault } from '../vault/vault.ts';
import type { ReadConversation } from './conversations.ts';
import type { Parts } from './parts.ts';

/** What stands in the place of a secret: nothing that JSON would have to escape. */
export function replacementFor(kind: string): string {
  return `[redacted: ${kind.replace(/["\\]|[^ -~]/g, '?')}]`;
}

/** What is searched once is not searched again by the same process, as long as the file stays as it is. */
export class SecretScanner {
  readonly #searched = new Map<string, { size: number; modified: number; known: string; found: Promise<FoundSecret[]> }>();

  /** Secrets in a file from a byte on. */
  async scan({ absolute, size, path }: ConversationFile, from: number, known: readonly KnownValue[], signal?: AbortSignal): Promise<FoundSecret[]> {
    const key = `${from} ${absolute}`;
    const { mtimeMs: modified } = await stat(absolute);
    const values = JSON.stringify(known);
    const before = this.#searched.get(key);
    if (before?.size === size && before.modified === modified && before.known === values) {
      return before.found;
    }
    const { scanFile } = await import('../secrets/scanFile.ts');
    const found = scanFile({ absolute, size, isJson: /\.jsonl?$/.test(path) }, from, known, signal);
    this.#searched.set(key, { size, modified, known: values, found });
    return found;
  }
}

/** One that is about to be stored. */
export interface NewSecret extends Pick<FoundSecret, 'kind'> {
  /** Where a person finds it: a file and its line, or what else holds it. */
  place: string;
  fingerprint: string;
  /** As it was decided before; absent where nobody has. */
  decision?: SecretDecision;
}

/**
 * What the new pieces of a conversation hold, each value once.
 *
 * @param known of `valuesLeftOut`
 * @param again true decides anew about those that were decided about before
 */
export async function newSecrets(parts: Parts, vault: Vault | undefined, { agent, found: conversation, files }: ReadConversation, { known, again }: { known: readonly KnownValue[]; again: boolean }, signal?: AbortSignal): Promise<NewSecret[]> {
  const decisions = await readDecisions(parts.home, signal);
  const map = vault && (await readInstallMap(parts.home, vault.id, agent.id, conversation.id));
  const found: Occurrence[] = [];
  for (const file of files) {
    const base = map?.files[file.path];
    const from = vault && map && base ? await vault.contents.newFrom({ ...file, adaptations: map.adaptations?.[file.path] ?? [] }, base) : 0;
    const secrets = await parts.secrets.scan(file, from, known, signal);
    found.push(...secrets.map(({ kind, text, line }) => ({ kind, text, place: `${file.absolute}:${line}` })));
  }
  return eachValueOnce(found, decisions, again);
}

/** A secret where it was found; the text is never shown or stored. */
type Occurrence = Pick<NewSecret, 'kind' | 'place'> & Pick<FoundSecret, 'text'>;

/** Each value at its first place, with what was decided about it before unless that is to be decided anew. */
export function eachValueOnce(found: readonly Occurrence[], decisions: SecretDecisions, again: boolean): NewSecret[] {
  const secrets = new Map<string, NewSecret>();
  for (const { kind, place, text } of found) {
    const fingerprint = decisions.fingerprint(text);
    const decision = again ? undefined : decisions.of(text);
    secrets.set(fingerprint, secrets.get(fingerprint) ?? { kind, place, fingerprint, ...(decision === undefined ? {} : { decision }) });
  }
  return [...secrets.values()];
}

/** So many are named. */
const mostNamed = 20;

/** What is to be decided, or was. Nothing that is stored is named by more than its kind and place. */
export function judgeSecrets(secrets: readonly NewSecret[], chosen: readonly Remedy[]): Finding[] {
  const undecided = secrets.filter(({ decision }) => decision === undefined);
  if (undecided.length === 0) {
    return [];
  }
  const answer = chosen.find((remedy) => remedy === 'redact' || remedy === 'keep-secrets');
  const named = undecided.slice(0, mostNamed);
  return [{
    code: 'secrets-found',
    severity: answer ? 'info' : 'question',
    details: { count: undecided.length, kinds: named.map(({ kind }) => kind), places: named.map(({ place }) => place) },
    remedies: answer ? [answer] : ['redact', 'keep-secrets'],
    ...(answer ? { answered: true } : {}),
  }];
}

/** What a capture leaves out of each file: everything but what a person wanted kept. */
export async function redactionsFor(parts: Parts, repository: Repository, signal?: AbortSignal): Promise<(file: ConversationFile) => NonNullable<CaptureSource['redactions']>> {
  const known = await valuesLeftOut(parts, repository, signal);
  const decisions = await readDecisions(parts.home, signal);
  return (file) => async (from) => {
    const found = await parts.secrets.scan(file, from, known, signal);
    return found.filter(({ text }) => decisions.of(text) !== 'keep').map(({ from: at, length, kind }) => ({ from: at, length, replacement: replacementFor(kind) }));
  };
}

/**
 * A text made of a conversation, such as its handoff or its title, without what is to be left out of that.
 *
 * @param known of `valuesLeftOut`
 */
export async function redactText(text: string, known: readonly KnownValue[], keeps: (secret: string) => boolean): Promise<string> {
  if (text === '') {
    return text;
  }
  const { findInText } = await import('../secrets/scanFile.ts');
  let redacted = '';
  let at = 0;
  for (const { from, to, kind } of await findInText(text, known)) {
    redacted += text.slice(at, from) + (keeps(text.slice(from, to)) ? text.slice(from, to) : replacementFor(kind));
    at = to;
  }
  return redacted + text.slice(at);
}

/** Which secrets stay, by what was decided before and what is chosen now for all others. */
export function keptSecrets(decisions: SecretDecisions, chosen: readonly Remedy[]): (secret: string) => boolean {
  return (secret) => (decisions.of(secret) ?? (chosen.includes('keep-secrets') ? 'keep' : 'redact')) === 'keep';
}

/** What the files hold that are left out of sessions. */
export async function valuesLeftOut({ leaveOut }: Parts, repository: Repository, signal?: AbortSignal): Promise<KnownValue[]> {
  const { excludedValues } = await import('../secrets/excludedValues.ts');
  return excludedValues(repository, leaveOut.patterns, signal);
}
