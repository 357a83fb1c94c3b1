/**
 * `@convosync` in the editor's chat: short answers, and buttons for what a person may do next. By itself it only reads: a save or a
 * resume is a click on a button, and the question that comes before each.
 */
import type * as vscode from 'vscode';
import { ConvoSyncError, isCancellation } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { Listing } from '../../core/operations/report.ts';
import { findSession, latestSession } from '../../core/operations/sessions.ts';
import { ModelFailure } from '../../core/session/handoff/languageModel.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { explainError } from '../../wording/errors.ts';
import { explainFinding } from '../../wording/findings.ts';
import { describeFreshness } from '../../wording/status.ts';
import { type ChatCommand, commandLink } from '../contributions.ts';
import type { LazyCore } from '../lazyCore.ts';
import { findingsOf } from '../remedies.ts';
import { sessionFacts } from '../sessionText.ts';
import type { Workspace } from '../workspace.ts';
import { askAboutSessions } from './askAboutSessions.ts';
import { line, quoted, withoutLinks } from './strangersText.ts';

const listed = 10;

export interface ChatParts {
  core: Pick<LazyCore, 'forUser'>;
  workspace: Workspace;
}

/** What is known of the repository, and where the answer goes. */
interface Conversation {
  convosync: ConvoSync;
  folder: string;
  listing: Listing;
  stream: vscode.ChatResponseStream;
  signal: AbortSignal;
}

/** Never rejects: what goes wrong is said in the chat. */
export async function answerChat({ core, workspace }: ChatParts, request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<void> {
  const command = request.command as ChatCommand | undefined;
  const words = request.prompt.trim();
  if (command === 'save') {
    stream.markdown(t`A save keeps the code and the conversation of this repository as one session, which any of your devices can resume. You see what it will do before anything is done.`);
    stream.button(commandLink('convosync.save', t`Save…`));
    return;
  }
  const cancelled = new AbortController();
  const listening = token.onCancellationRequested(() => cancelled.abort());
  try {
    const { signal } = cancelled;
    const folder = await workspace.chooseFolder();
    const convosync = await core.forUser();
    stream.progress(t`Looking for sessions`);
    const listing = await convosync.list(folder, { signal });
    const about = { convosync, folder, listing, stream, signal };
    if (!isKnown(listing)) {
      tellNone(stream);
    } else if (command === 'handoff') {
      await showHandoff(about, words);
    } else if (command === 'resume') {
      offerResume(about, words);
    } else if (command === undefined && words !== '') {
      await answerQuestion(about, request.model, words);
    } else {
      showSessions(about);
    }
  } catch (error) {
    if (!cancelled.signal.aborted && !isCancellation(error)) {
      tellFailure(stream, error);
    }
  } finally {
    listening.dispose();
  }
}

/** False where there is none. @throws why it is not known */
function isKnown({ sessions, refreshed, problem }: Listing): boolean {
  if (sessions.length === 0 && refreshed === undefined && problem !== undefined) {
    throw problem;
  }
  return sessions.length > 0;
}

function tellNone(stream: vscode.ChatResponseStream): void {
  stream.markdown(t`No session has been saved for this repository yet.`);
  stream.button(commandLink('convosync.save', t`Save…`));
}

function showSessions({ listing, stream }: Conversation): void {
  const { sessions, problem, refreshed } = listing;
  const now = new Date();
  if (problem !== undefined) {
    stream.markdown(`${t`${line(explainError(problem).title)} This is what was known before (${line(describeFreshness(refreshed, now))}).`}\n\n`);
  }
  stream.markdown(sessions.slice(0, listed).map((session) => `- ${sessionLine(listing, session, now)}\n`).join(''));
  if (sessions.length > listed) {
    stream.markdown(`\n${t`and ${sessions.length - listed} more.`}`);
  }
  stream.button(commandLink('convosync.resume', t`Resume…`));
}

async function showHandoff(about: Conversation, id: string): Promise<void> {
  const { convosync, folder, listing, stream, signal } = about;
  const session = meant(listing, id);
  const { handoffs: [handoff], unread: [unread] } = await convosync.handoffs(folder, { sessions: [session.outline.id], refresh: false, signal });
  if (unread) {
    throw unread.error;
  }
  stream.markdown(`${sessionLine(listing, session, new Date())}\n\n`);
  stream.markdown(handoff ? quoted(handoff.markdown) : t`No handoff was left with this session.`);
  offer(about, session);
}

function offerResume(about: Conversation, id: string): void {
  const session = meant(about.listing, id);
  about.stream.markdown(`${sessionLine(about.listing, session, new Date())}\n\n${t`You see what a resume will do before anything is done, and it can be undone.`}`);
  offer(about, session);
}

async function answerQuestion(about: Conversation, model: vscode.LanguageModelChat, question: string): Promise<void> {
  const { convosync, folder, listing, stream, signal } = about;
  try {
    stream.markdown(withoutLinks(await askAboutSessions({ convosync, folder, listing, model, question }, signal)));
    offer(about, latestSession(listing.sessions, listing.here.id));
  } catch (error) {
    if (!(error instanceof ModelFailure)) {
      throw error;
    }
    stream.markdown(`${t`The language model did not answer. These are the sessions:`}\n\n`);
    showSessions(about);
  }
}

/** The one with this id, or the newest of another device. */
function meant({ sessions, here, trash }: Listing, id: string): SavedSession {
  return id === '' ? latestSession(sessions, here.id) : findSession(sessions, id, trash);
}

function offer({ folder, stream }: Conversation, { outline: { id: session } }: SavedSession): void {
  stream.button(commandLink('convosync.session.resume', t`Resume…`, { folder, session }));
  stream.button(commandLink('convosync.session.open', t`Open Timeline`, { folder, session }));
}

function sessionLine({ here }: Listing, session: SavedSession, now: Date): string {
  const { device, summary } = session;
  const [title, name, facts] = [line(summary.message), line(device.name), line(sessionFacts(session, now))];
  return device.id === here.id ? t`**${title}** on ${name} (this device): ${facts}` : t`**${title}** on ${name}: ${facts}`;
}

function tellFailure(stream: vscode.ChatResponseStream, error: unknown): void {
  const { title, safe, hint } = explainError(error);
  const findings = findingsOf(error).map((finding) => explainFinding(finding, 'resume').title);
  stream.markdown([...(findings.length > 0 ? findings : [title]), safe, hint].filter((part) => part !== undefined).map(line).join(' '));
  stream.button(ConvoSyncError.is(error, 'vault-locked') ? commandLink('convosync.vault.unlock', t`Unlock Vault`) : commandLink('convosync.showLog', t`Show Log`));
}
