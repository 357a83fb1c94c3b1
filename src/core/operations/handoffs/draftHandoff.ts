/** A handoff of the conversation here, to be read or edited: nothing is saved, and neither the remote nor a vault is asked. */
import { ConvoSyncError } from '../../common/errors.ts';
import { readDecisions } from '../../secrets/decisions.ts';
import { renderHandoff } from '../../session/handoff/render.ts';
import { findSurroundings } from '../checkout.ts';
import { chooseConversations, contextAt, findConversations, readConversation } from '../conversations.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { HandoffRequest } from '../plan.ts';
import type { HandoffDraft } from '../report.ts';
import { keptSecrets, redactText, valuesLeftOut } from '../secrets.ts';
import { describeWork } from './describeWork.ts';

/** @throws ConvoSyncError `conversation-not-found` where there is none */
export async function draftHandoff(parts: Parts, folder: string, request: HandoffRequest, options: RunOptions): Promise<HandoffDraft> {
  const { signal } = options;
  const { around, state } = await findSurroundings(parts, folder, { refresh: false, signal });
  const { repository } = around;
  const { conversations } = await findConversations(parts, repository.top, signal);
  const [found] = chooseConversations(conversations, request);
  if (!found) {
    throw new ConvoSyncError('conversation-not-found', 'There is no conversation for this folder.', { details: { conversation: '' } });
  }
  const read = await readConversation(parts, found, { wanted: 'messages', contextOf: contextAt(repository, state, signal), signal });
  const { handoff, withoutModel, badTemplate } = await describeWork(parts, { ...around, state }, { branch: state.branch, read, commits: false, by: request.handoffBy ?? 'transcript' }, options);
  const keeps = keptSecrets(await readDecisions(parts.home, signal), []);
  const markdown = await redactText(renderHandoff(handoff), await valuesLeftOut(parts, repository, signal), keeps);
  return { markdown, ...(withoutModel ? { withoutModel } : {}), ...(badTemplate ? { badTemplate } : {}), agent: read.agent.id, agentName: read.agent.name, conversation: found.id };
}
