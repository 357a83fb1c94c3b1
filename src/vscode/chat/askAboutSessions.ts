/** A question about sessions, answered by the model that the person has chosen in the chat, from records alone. */
import type * as vscode from 'vscode';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { Listing } from '../../core/operations/report.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { handoffForModel, sessionsForModel } from '../../wording/forModels.ts';
import { askModel, windowOf } from '../languageModel.ts';

const listed = 20;
/** The newest handoff of each device is given, of so many of them. */
const devices = 4;
const longestHandoff = 20_000;

export interface Asked {
  convosync: ConvoSync;
  folder: string;
  listing: Listing;
  model: vscode.LanguageModelChat;
  question: string;
}

/** @throws ModelFailure, or what the signal was aborted with */
export async function askAboutSessions({ convosync, folder, listing, model, question }: Asked, signal: AbortSignal): Promise<string> {
  const { sessions } = listing;
  const { handoffs } = await convosync.handoffs(folder, { sessions: newestOfEach(sessions).map(({ outline }) => outline.id), refresh: false, signal });
  const room = Math.min(longestHandoff, Math.floor(windowOf(model) / (handoffs.length + 2)));
  const now = new Date();
  return askModel(model, [
    'Someone who works on several devices with ConvoSync asks about sessions that they saved there: code and AI conversation, each with a handoff that says where the work stood. Answer from these records alone, in a few sentences, in the language of the question; name device and time. Where they do not say it, say so. Give no links.',
    sessionsForModel(listing, sessions.slice(0, listed), Math.max(0, sessions.length - listed), now),
    ...handoffs.map(({ session, markdown }) => handoffForModel({ session, handoff: markdown }, now, room)),
    `The question: ${question}`,
  ].join('\n\n'), t`ConvoSync answers your question about sessions.`, signal);
}

function newestOfEach(sessions: readonly SavedSession[]): SavedSession[] {
  const seen = new Set<string>();
  return sessions.filter(({ device, summary }) => summary.excerpt !== '' && seen.size < seen.add(device.id).size).slice(0, devices);
}
