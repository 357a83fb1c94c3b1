/** A link from outside: what it would do is said first, and done when a person has agreed. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync, ReadOptions } from '../../core/operations/convosync.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { shortId } from '../../wording/short.ts';
import { plainText } from '../plainText.ts';
import { withProgress } from '../progress.ts';
import { readSessionLink, type SessionLink } from '../sessionLink.ts';
import { sessionFacts } from '../sessionText.ts';
import { begin, type CommandParts } from './parts.ts';
import { openSession } from './session.ts';
import { withVault } from './withVault.ts';

interface Found {
  folder: string;
  session: SavedSession;
}

/** @throws ConvoSyncError `usage` for a link that is not taken, or whose session no repository of the window has */
export async function openLink(parts: CommandParts, uri: Pick<vscode.Uri, 'path' | 'query'>): Promise<void> {
  const link = readSessionLink(uri);
  const { core, folder } = await begin(parts);
  const folders = [folder, ...((await parts.workspace.repositories())?.othersThan(folder) ?? [])];
  const { folder: where, session } = (await find(core, folders, link, { refresh: false })) ?? (await lookUp(core, folders, link));
  const does = await confirm(link, session);
  const reference = { folder: where, session: session.outline.id };
  await (does === 'resume' ? (await import('./resume.ts')).resume(parts, reference) : openSession(parts, reference, link.at));
}

/** Asks nobody and nothing when it does not refresh: a repository whose vault is locked has no session then. */
async function find(core: ConvoSync, folders: readonly string[], { session: id }: SessionLink, options: ReadOptions): Promise<Found | undefined> {
  for (const folder of folders) {
    const run = (): ReturnType<ConvoSync['list']> => core.list(folder, options);
    const listing = options.refresh === false ? await run().catch(() => undefined) : await withVault(core, folder, (answer) => core.list(folder, { ...options, ...answer }));
    const fitting = listing?.sessions.filter(({ outline }) => outline.id.startsWith(id)) ?? [];
    if (fitting.length > 1) {
      throw new ConvoSyncError('session-ambiguous', 'Several sessions begin so.', { details: { session: id, candidates: fitting.map(({ outline }) => outline.id) } });
    }
    if (fitting[0]) {
      return { folder, session: fitting[0] };
    }
  }
  return undefined;
}

/** May take the network and a passphrase, so that too is asked first. */
async function lookUp(core: ConvoSync, folders: readonly string[], link: SessionLink): Promise<Found> {
  const name = nameOf(link);
  const lookItUp = t`Look It Up`;
  const pressed = await vscode.window.showInformationMessage(t`A link leads to ${name}, which is not known on this device.`, { modal: true, detail: t`It may have arrived at the remote. Nothing but the list of sessions is brought up to date.` }, lookItUp);
  if (pressed !== lookItUp) {
    throw new ConvoSyncError('cancelled', 'The link was not followed.');
  }
  const found = await withProgress(t`Looking`, (options) => find(core, folders, link, options));
  if (!found) {
    throw new ConvoSyncError('usage', t`No repository of this window has ${name}. Open the repository that it belongs to, and the link again.`);
  }
  return found;
}

async function confirm({ verb }: SessionLink, saved: SavedSession): Promise<'resume' | 'look'> {
  const { message, repository } = saved.summary;
  const question = verb === 'resume' ? t`Resume “${message}” of ${repository.name}?` : t`Open “${message}” of ${repository.name}?`;
  const detail = [
    t`A link asks for it. Saved on ${saved.device.name}: ${sessionFacts(saved, new Date())}`,
    verb === 'resume' ? t`Resume shows first what it would change here, and changes nothing before you agree.` : t`To look at a session changes nothing here.`,
  ].join('\n\n');
  const [resume, look] = [t`Resume…`, t`Look`];
  const buttons = verb === 'resume' ? [resume, look] : [look, resume];
  const pressed = await vscode.window.showInformationMessage(plainText(question), { modal: true, detail }, ...buttons);
  if (pressed === undefined) {
    throw new ConvoSyncError('cancelled', 'The link was not followed.');
  }
  return pressed === look ? 'look' : 'resume';
}

function nameOf({ session, repository }: SessionLink): string {
  return plainText(repository === undefined ? t`session ${shortId(session)}` : t`session ${shortId(session)} of “${repository}”`);
}
