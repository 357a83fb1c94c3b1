/**
 * The names under which a session stores the files of a conversation, free of machine and time:
 *
 *     transcript.jsonl     the main transcript
 *     agents/<id>.jsonl    transcripts of its sub-agents
 *     parents/<id>.jsonl   what a fork goes on from: the first bytes of another conversation's transcript
 *
 * They come back from storage, which is not trusted: a name that is none of these is refused.
 */
import { unsafePath } from '../paths.ts';
import { isConversationId } from './store.ts';

export const mainTranscript = 'transcript.jsonl';

export function besideName(room: 'agents' | 'parents', id: string): string {
  return `${room}/${id}.jsonl`;
}

/** What a fork goes on from. */
export function isParent(logicalPath: string): boolean {
  return logicalPath.startsWith('parents/');
}

/**
 * The conversation, of Codex's, whose transcript a file of conversation `id` is.
 * @throws ConvoSyncError `install-failed`
 */
export function ownerOf(id: string, logicalPath: string): string {
  const owner = logicalPath === mainTranscript ? id : /^(?:agents|parents)\/([^/]+)\.jsonl$/.exec(logicalPath)?.[1];
  if (!isConversationId(id) || owner === undefined || !isConversationId(owner)) {
    throw unsafePath(id, logicalPath);
  }
  return owner.toLowerCase();
}
