/**
 * Where Codex keeps things, relative to its base folder (`CODEX_HOME`, else `~/.codex`):
 *
 *     config.toml                                          settings
 *     sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl   one conversation, or one sub-agent of one
 *     archived_sessions/rollout-<time>-<id>.jsonl          what the user put away
 *     thread-writer-locks/<id>.lock                        open while a process works on it; left behind by one that was killed
 *
 * The id at the end of the name is what counts, and neither the time nor the folder. What lies in SQLite beside them is an
 * index that Codex makes anew. A fork is no copy: its file goes on from the first so many bytes of another one, which has to
 * lie beside it.
 */
import * as path from 'node:path';

import type { AgentEnvironment } from '../agent.ts';
import { entriesOf } from '../files.ts';

export function baseFolder(environment: AgentEnvironment): string {
  const configured = environment.env['CODEX_HOME'];
  return configured === undefined || configured === '' ? path.join(environment.userHome, '.codex') : path.resolve(environment.userHome, configured);
}

const id = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const wholeId = new RegExp(`^${id}$`, 'i');
const rolloutName = new RegExp(`^rollout-.+-(${id})\\.jsonl$`, 'i');

/** A conversation's id is also a part of a file name, so it is plain: nothing that could name another place. */
export function isConversationId(text: string): boolean {
  return wholeId.test(text);
}

/** The id that a file is the transcript of; undefined for any other file. */
export function conversationIdOf(fileName: string): string | undefined {
  return rolloutName.exec(fileName)?.[1]?.toLowerCase();
}

/** Where a new transcript goes. An id of Codex's own begins with the time at which the conversation began, in milliseconds. */
export function newRolloutPath(base: string, conversation: string): string {
  const began = conversation[14] === '7' ? new Date(parseInt(conversation.replace('-', '').slice(0, 12), 16)) : new Date(0);
  const [date = '', time = ''] = began.toISOString().split(/[T.]/);
  return path.join(base, 'sessions', ...date.split('-'), `rollout-${date}T${time.replaceAll(':', '-')}-${conversation}.jsonl`);
}

export interface Rollout {
  /** In lower case. */
  id: string;
  /** Absolute. */
  file: string;
  archived: boolean;
}

/**
 * All transcripts, sub-agents among them.
 *
 * @param list as `entriesOf`; what it gives for a folder that cannot be read is its own choice
 */
export async function rolloutsIn(base: string, list: typeof entriesOf = entriesOf): Promise<Rollout[]> {
  const below = async (folder: string, archived: boolean): Promise<Rollout[]> => {
    const found: Rollout[] = [];
    for (const entry of await list(folder)) {
      const file = path.join(folder, entry.name);
      const conversation = conversationIdOf(entry.name);
      if (entry.isDirectory()) {
        found.push(...(await below(file, archived)));
      } else if (conversation !== undefined) {
        found.push({ id: conversation, file, archived });
      }
    }
    return found;
  };
  return [...(await below(path.join(base, 'sessions'), false)), ...(await below(path.join(base, 'archived_sessions'), true))];
}

/** The transcripts with this id; one that is archived comes last. */
export async function rolloutsOf(conversation: string, base: string): Promise<Rollout[]> {
  return (await rolloutsIn(base)).filter((rollout) => rollout.id === conversation.toLowerCase());
}
