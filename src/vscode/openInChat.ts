/**
 * A conversation of a session opened in VS Code's own chat, by its import: what was said, without tools, as a chat of its own.
 * Its store takes nothing otherwise, and the import says nothing of what it did not take.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { OpenedSession } from '../core/operations/report.ts';
import type { Message } from '../core/session/message.ts';

const importCommand = 'workbench.action.chat.import';
/** Of VS Code 1.: until then the import takes no file that is named to it, and asks the user for one. */
const takesFiles = 109;

/** @returns false where this VS Code has no such import, or its chat is switched off */
export async function openInChat({ agentName, messages }: OpenedSession['conversations'][number]): Promise<boolean> {
  const [, minor] = vscode.version.split('.').map(Number);
  if ((minor ?? 0) < takesFiles || !(await vscode.commands.getCommands(true)).includes(importCommand)) {
    return false;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'convosync-chat-'));
  try {
    const file = path.join(folder, 'chat.json');
    await writeFile(file, JSON.stringify({ initialLocation: 'panel', requesterUsername: '', responderUsername: agentName, requests: requestsOf(messages) }), { mode: 0o600 });
    await vscode.commands.executeCommand(importCommand, { inputPath: vscode.Uri.file(file) });
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface ImportedRequest {
  message: string;
  variableData: { variables: [] };
  response: { value: string }[];
}

/** What a person said, and after it what was answered up to the next time. */
export function requestsOf(messages: readonly Message[]): ImportedRequest[] {
  const requests: ImportedRequest[] = [];
  for (const { author, blocks } of messages) {
    const said = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
    if (said !== '' && author === 'user') {
      requests.push({ message: said, variableData: { variables: [] }, response: [] });
    } else if (said !== '' && author === 'assistant') {
      requests.at(-1)?.response.push({ value: `${said}\n\n` });
    }
  }
  return requests;
}
