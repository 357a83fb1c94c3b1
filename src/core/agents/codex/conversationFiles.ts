/** The files that make up a conversation on this machine, under their logical names (see `logicalPaths`). */
import { ConvoSyncError } from '../../common/errors.ts';
import type { ConversationFile, FoundConversation } from '../agent.ts';
import { toCapture } from '../files.ts';
import type { ConversationFinder } from './finder.ts';
import { lineageOf } from './lineage.ts';
import { besideName, mainTranscript } from './logicalPaths.ts';
import { conversationsAtWork } from './writers.ts';

export interface CodexHome {
  base: string;
  platform: NodeJS.Platform;
  finder: ConversationFinder;
}

/** @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of the store cannot be read */
export async function conversationFiles({ id, transcript }: FoundConversation, { base, platform, finder }: CodexHome, signal?: AbortSignal): Promise<ConversationFile[]> {
  try {
    const atWork = await conversationsAtWork(base, platform);
    const main = await toCapture(mainTranscript, transcript, { base, running: atWork.has(id) });
    if (!main) {
      throw new ConvoSyncError('conversation-unreadable', 'The transcript is gone.', { details: { file: transcript } });
    }
    const agents = await finder.subAgentsOf(id, signal);
    const { ancestors } = await lineageOf((await finder.look(transcript))?.base, base, finder);
    const beside = await Promise.all(agents.map((agent) => toCapture(besideName('agents', agent.id), agent.file, { base, running: atWork.has(agent.id) })));
    const parents = ancestors.map(({ id: parent, file, size }) => ({ path: besideName('parents', parent), absolute: file, size }));
    return [main, ...[...beside.filter((file) => file !== undefined), ...parents].sort((a, b) => (a.path < b.path ? -1 : 1))];
  } catch (error) {
    if (ConvoSyncError.is(error)) {
      throw error;
    }
    throw new ConvoSyncError('conversation-unreadable', 'The files of a conversation could not be read.', { details: { file: transcript }, cause: error });
  }
}
