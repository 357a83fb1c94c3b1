/**
 * Where Gemini CLI keeps things, relative to its base folder (`.gemini` in `GEMINI_CLI_HOME`, else in the user's home):
 *
 *     projects.json                          project folder by working directory
 *     tmp/<project>/.project_root            the working directory that owns the folder
 *     history/<project>/.project_root        again, beside its checkpoints
 *     tmp/<project>/chats/session-<minute>-<first 8 characters of the id>.jsonl     a transcript; older ones are one .json
 *     tmp/<project>/chats/<id>/<agent>.jsonl transcripts of sub-agents
 *     tmp/<project>/tool-outputs/session-<id>/…   long results of tools
 *     tmp/<project>/<id>/…                   plans and tasks
 *
 * Before there were project folders with names, `<project>` was the SHA-256 of the working directory.
 *
 * The id stands in the transcript. One that is resumed in a later minute gets a second file without a word of the talk,
 * under the same first 8 characters; when a later start clears that away, it deletes every file whose name ends with them.
 * A name that ends with the whole id is spared, so that is how a transcript is installed.
 */
import * as path from 'node:path';

import type { AgentEnvironment } from '../agent.ts';

export function baseFolder({ env, userHome }: AgentEnvironment): string {
  const configured = env['GEMINI_CLI_HOME'];
  return path.join(configured === undefined || configured === '' ? userHome : path.resolve(userHome, configured), '.gemini');
}

export function chatsFolder(projectFolder: string): string {
  return path.join(projectFolder, 'chats');
}

export function isTranscriptName(fileName: string): boolean {
  return /^session-.*\.jsonl?$/.test(fileName);
}

/** Whether a transcript of this name may be of the conversation; its first record decides. */
export function mayBeOf(id: string, fileName: string): boolean {
  const name = path.parse(fileName).name;
  return isTranscriptName(fileName) && (name.endsWith(`-${id}`) || name.endsWith(`-${id.slice(0, 8)}`));
}

/** A conversation's id is also a part of names, so it is plain: nothing that could name another place. */
export function isConversationId(id: string): boolean {
  return /^[0-9A-Za-z_-]{8,200}$/.test(id);
}
