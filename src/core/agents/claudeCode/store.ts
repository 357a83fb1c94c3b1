/**
 * Where Claude Code keeps things, relative to its base folder (`CLAUDE_CONFIG_DIR`, else `~/.claude`):
 *
 *     projects/<project folder>/<id>.jsonl          the main transcript
 *     projects/<project folder>/<id>/…              sub-agents, large tool results, the custom title
 *     projects/<project folder>/agent-<agent>.jsonl sub-agents as older versions kept them; the session id is inside
 *     tasks/<id>/…   file-history/<id>/…            task lists; files as they were before edits
 *     todos/<id>-agent-<agent>.json                 task lists of older versions; the agent is the id for the main one
 *     sessions/<pid>.json                           what a live process has open
 */
import * as path from 'node:path';

import type { AgentEnvironment } from '../agent.ts';
import { entriesOf } from '../files.ts';

export function baseFolder(environment: AgentEnvironment): string {
  const configured = environment.env['CLAUDE_CONFIG_DIR'];
  return configured === undefined || configured === '' ? path.join(environment.userHome, '.claude') : path.resolve(environment.userHome, configured);
}

export function projectsFolder(base: string): string {
  return path.join(base, 'projects');
}

/** Absolute paths of all project folders, links to folders included. */
export async function projectFolders(base: string): Promise<string[]> {
  const projects = projectsFolder(base);
  const entries = await entriesOf(projects);
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => path.join(projects, entry.name));
}

/** A conversation's id is also a file name, so it is plain: nothing that could name another place. */
export function isConversationId(id: string): boolean {
  return /^[0-9A-Za-z_-]{1,200}$/.test(id) && !id.startsWith('agent-');
}

/** The id that a file of a project folder is the main transcript of; undefined for any other file. */
export function conversationIdOf(fileName: string): string | undefined {
  const id = path.parse(fileName).name;
  return fileName.endsWith('.jsonl') && isConversationId(id) ? id : undefined;
}
