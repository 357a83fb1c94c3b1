/** Looks at the conversation that goes on here, whole. Neither the remote nor a vault is asked. */
import { createReadStream } from 'node:fs';
import { ConvoSyncError } from '../common/errors.ts';
import { commitAt } from '../git/history.ts';
import { readState } from '../git/workingTree.ts';
import { openRepository } from './checkout.ts';
import { chooseConversations, contextAt, findConversations } from './conversations.ts';
import type { RunOptions } from './convosync.ts';
import { agentOf, type Parts } from './parts.ts';
import type { ConversationHere } from './report.ts';

/** @throws ConvoSyncError `conversation-not-found` where there is none */
export async function openHere(parts: Parts, folder: string, { signal }: RunOptions): Promise<ConversationHere> {
  const repository = await openRepository(parts, folder, signal);
  const [state, { conversations }] = await Promise.all([readState(repository, signal), findConversations(parts, repository.top, signal)]);
  const [found] = chooseConversations(conversations, {});
  const agent = found && agentOf(parts, found.agent);
  if (!agent) {
    throw new ConvoSyncError('conversation-not-found', 'There is no conversation for this folder.', { details: { conversation: '' } });
  }
  const [main] = await agent.files(found, signal);
  const bytes = main && main.size > 0 ? createReadStream(main.absolute, { end: main.size - 1 }) : new Uint8Array();
  const { messages, issues, title = found.title } = await agent.read(bytes, signal);
  return {
    device: parts.device,
    ...(state.branch === undefined ? {} : { branch: state.branch }),
    ...(state.commit === undefined ? {} : { commit: state.commit, subject: (await commitAt(repository, state.commit, signal)).subject }),
    conversation: { agent: agent.id, agentName: agent.name, id: found.id, messages, issues },
    ...(title === undefined ? {} : { title }),
    transcript: found.transcript,
    context: await contextAt(repository, state, signal)(messages),
  };
}
