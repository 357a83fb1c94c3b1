/** What can be done with one session beside resuming and deleting it. */
import * as vscode from 'vscode';
import { t } from '../../l10n/language.ts';
import { shortId } from '../../wording/short.ts';
import type { MessageReference, SessionReference } from '../contributions.ts';
import { begin, type CommandParts } from './parts.ts';
import { pickSession } from './pickSession.ts';

/** @param at scrolls there */
export async function openSession(parts: CommandParts, reference?: SessionReference, at?: MessageReference): Promise<void> {
  await parts.pages.open(reference ?? (await pickSession(parts, {
    title: t`ConvoSync: Open Timeline`,
    placeholder: t`Which session do you want to look at?`,
    empty: t`No session has been saved for this repository yet.`,
  })), at);
}

/** Opens the page of the conversation that goes on here, which grows with it. */
export async function followConversation(parts: CommandParts): Promise<void> {
  const { folder } = await begin(parts);
  await parts.pages.follow(folder);
}

export async function copyId(parts: CommandParts, reference?: SessionReference): Promise<void> {
  const { session } = reference ?? (await pickToCopy(parts));
  await copy(parts, session);
}

/** Copies what to type in a clone of the repository on any machine. */
export async function copyCliCommand(parts: CommandParts, reference?: SessionReference): Promise<void> {
  const { session } = reference ?? (await pickToCopy(parts));
  await copy(parts, `convosync resume ${shortId(session)}`);
}

/**
 * Copies a link that opens the session in this editor on any device that has its repository open.
 *
 * @param at the message that it opens at
 */
export async function copyLink(parts: CommandParts, reference?: SessionReference, at?: MessageReference): Promise<void> {
  const { folder, session } = reference ?? (await pickToCopy(parts));
  const { core } = await begin(parts, folder);
  const { formatSessionLink } = await import('../sessionLink.ts');
  const { sessions } = await core.list(folder, { refresh: false });
  const repository = sessions.find(({ outline }) => outline.id === session)?.outline.repository.name;
  await copy(parts, formatSessionLink(vscode.env.uriScheme, { verb: 'session', session, ...(repository === undefined ? {} : { repository }), ...(at && { at }) }));
}

async function copy({ failures }: CommandParts, text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  failures.offer('info', t`Copied: ${text}`);
}

function pickToCopy(parts: CommandParts): Promise<SessionReference> {
  return pickSession(parts, { title: t`ConvoSync: Copy`, placeholder: t`Of which session?`, empty: t`No session has been saved for this repository yet.` });
}
