/** What a language model of the editor gets when it calls a tool: records, as agents outside get them (see `forModels`). */
import * as vscode from 'vscode';
import * as z from 'zod';
import { latestSession } from '../core/operations/sessions.ts';
import { inEnglish } from '../l10n/language.ts';
import { explainError } from '../wording/errors.ts';
import { handoffForModel, sessionsForModel } from '../wording/forModels.ts';
import type { ToolName } from './contributions.ts';
import type { LazyCore } from './lazyCore.ts';
import type { Workspace } from './workspace.ts';

const listed = 20;

const HandoffInput = z.looseObject({ session: z.string().min(1).optional() });

/** Never asks for a password: nobody may be there who reads it. */
export async function answerModel(parts: { core: Pick<LazyCore, 'inBackground'>; workspace: Workspace }, tool: ToolName, input: unknown, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
  const cancelled = new AbortController();
  const listening = token.onCancellationRequested(() => cancelled.abort());
  try {
    return told(await textOf(parts, tool, input, cancelled.signal));
  } catch (error) {
    if (token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    const { title, hint } = inEnglish(() => explainError(error));
    return told([title, hint].filter((part) => part !== undefined).join(' '));
  } finally {
    listening.dispose();
  }
}

async function textOf({ core, workspace }: { core: Pick<LazyCore, 'inBackground'>; workspace: Workspace }, tool: ToolName, input: unknown, signal: AbortSignal): Promise<string> {
  const folder = await workspace.chooseFolder();
  const convosync = await core.inBackground();
  const listing = await convosync.list(folder, { signal });
  switch (tool) {
    case 'convosync_listSessions':
      return sessionsForModel(listing, listing.sessions.slice(0, listed), Math.max(0, listing.sessions.length - listed), new Date());
    case 'convosync_getHandoff': {
      const id = HandoffInput.safeParse(input).data?.session ?? latestSession(listing.sessions, listing.here.id).outline.id;
      const { session, manifest } = await convosync.describe(folder, id, { refresh: false, signal });
      return handoffForModel({ session, handoff: manifest.handoff }, new Date());
    }
  }
}

function told(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
