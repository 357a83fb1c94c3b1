/**
 * The names under which a session stores the files of a conversation, free of machine, folder and id:
 *
 *     transcript.jsonl    the main transcript
 *     session/…           what lies in the folder named after the session
 *     agents/agent-*      transcripts of sub-agents that lie beside the main one
 *     tasks/…  file-history/…
 *     todos/main.json  todos/<agent>.json
 *
 * They come back from storage, which is not trusted: a name that could lead out of its place is refused.
 */
import * as path from 'node:path';

import { isSafeName, unsafePath } from '../paths.ts';
import { isConversationId } from './store.ts';

export interface Home {
  base: string;
  /** Absolute path of the conversation's project folder. */
  projectFolder: string;
  platform: NodeJS.Platform;
}

/** @throws ConvoSyncError `install-failed` */
export function placeOf(id: string, logicalPath: string, home: Home): string {
  const segments = logicalPath.split('/');
  if (!isConversationId(id) || !isSafeName(id) || !segments.every((name) => isSafeName(name, home.platform))) {
    throw unsafePath(id, logicalPath);
  }
  const [room, ...rest] = segments;
  const name = rest.length === 1 ? rest[0] : undefined;
  if (logicalPath === 'transcript.jsonl') {
    return path.join(home.projectFolder, `${id}.jsonl`);
  }
  if (room === 'session' && rest.length > 0) {
    return path.join(home.projectFolder, id, ...rest);
  }
  if ((room === 'tasks' || room === 'file-history') && rest.length > 0) {
    return path.join(home.base, room, id, ...rest);
  }
  if (room === 'agents' && name !== undefined && isSubAgentFile(name)) {
    return path.join(home.projectFolder, name);
  }
  if (room === 'todos' && name !== undefined && /^[0-9A-Za-z_-]+\.json$/.test(name)) {
    return path.join(home.base, 'todos', todosFile(id, path.parse(name).name));
  }
  throw unsafePath(id, logicalPath);
}

/** Also the `.meta.json` that may accompany the transcript of a sub-agent. */
export function isSubAgentFile(name: string): boolean {
  return /^agent-[0-9A-Za-z_-]+(\.jsonl|\.meta\.json)$/.test(name);
}

/** The logical name of a file in `todos/`; undefined when it is not of this conversation. */
export function todosLogicalName(id: string, fileName: string): string | undefined {
  const agent = fileName.startsWith(`${id}-agent-`) ? /^([0-9A-Za-z_-]+)\.json$/.exec(fileName.slice(id.length + '-agent-'.length))?.[1] : undefined;
  return agent === undefined ? undefined : `todos/${agent === id ? 'main' : agent}.json`;
}

function todosFile(id: string, agent: string): string {
  return `${id}-agent-${agent === 'main' ? id : agent}.json`;
}
