/** The files that make up a conversation on this machine, under their logical names (see `logicalPaths`). */
import type { ConversationFile, FoundConversation } from '../agent.ts';
import { filesToCapture, type NamedFile } from '../files.ts';
import type { ConversationFinder } from './finder.ts';
import { lineageOf } from './lineage.ts';
import { besideName, mainTranscript } from './logicalPaths.ts';

/** @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of the store cannot be read */
export async function conversationFiles({ id, transcript }: FoundConversation, at: { base: string; running: boolean; finder: ConversationFinder }, signal?: AbortSignal): Promise<ConversationFile[]> {
  const goesOnFrom = new Map<string, number>();
  const files = await filesToCapture([mainTranscript, transcript], at, async () => {
    const agents = await at.finder.subAgentsOf(id, signal);
    const { ancestors } = await lineageOf((await at.finder.look(transcript))?.base, at.base, at.finder);
    ancestors.forEach((ancestor) => goesOnFrom.set(ancestor.file, ancestor.size));
    return [
      ...agents.map((agent): NamedFile => [besideName('agents', agent.id), agent.file]),
      ...ancestors.map((ancestor): NamedFile => [besideName('parents', ancestor.id), ancestor.file]),
    ];
  });
  return files.map((file) => ({ ...file, size: goesOnFrom.get(file.absolute) ?? file.size }));
}
