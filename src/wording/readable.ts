/** A conversation as people read it: who says what, where the work was then, and each result of a tool with its call. */
import type { OpenedSession } from '../core/operations/report.ts';
import type { Block } from '../core/session/message.ts';
import type { ContextRun, SessionManifest } from '../core/session/session.ts';
import { t } from '../l10n/language.ts';
import { count, sentences } from './quantities.ts';
import { shortCommit, shortId } from './short.ts';

export type Conversation = OpenedSession['conversations'][number];

type Of<T extends Block['type']> = Extract<Block, { type: T }>;
export type Said = Exclude<Block, { type: 'toolCall' | 'toolResult' }> | { type: 'call'; call: Of<'toolCall'>; result: Of<'toolResult'> | undefined } | { type: 'loneResult'; result: Of<'toolResult'> };

export interface Entry {
  /** Set on the first entry of another branch or commit, such as `On main at 0123456`. */
  moved?: string;
  /** `assistant` of all that a sub-agent is told and says. */
  author: Conversation['messages'][number]['author'];
  who: string;
  /** As the record says, usually ISO 8601. */
  at?: string;
  /** Empty where all that was said is shown with something earlier. */
  said: Said[];
}

export function titleOf({ id, agent }: Pick<Conversation, 'id' | 'agent'>, { conversations }: Pick<SessionManifest, 'conversations'>): string {
  return onOneLine(conversations.find((stored) => stored.agent === agent && stored.id === id)?.title ?? t`Conversation ${shortId(id)}`);
}

/** Such as `With Codex, 12 messages.` */
export function introductionOf({ agentName, messages, issues }: Conversation): string {
  return sentences(
    t`With ${agentName}, ${count(messages.length, 'message')}.`,
    issues.length === 0 ? undefined : t`${count(issues.length, 'record')} of the transcript could not be read.`,
  );
}

export function entriesOf({ agent, id, agentName, messages }: Conversation, { conversations }: Pick<SessionManifest, 'conversations'>): Entry[] {
  const context = conversations.find((stored) => stored.agent === agent && stored.id === id)?.context ?? [];
  const blocks = messages.flatMap((message) => message.blocks);
  const results = new Map(blocks.flatMap((block) => (block.type === 'toolResult' ? [[block.callId, block] as const] : [])));
  const calls = new Set(blocks.flatMap((block) => (block.type === 'toolCall' ? [block.callId] : [])));
  let place = '';
  return messages.map(({ index, author, at, sidechain, blocks: own }) => {
    const here = placeOf(context.find(({ from, to }) => index >= from && index <= to));
    const moved = here !== undefined && here !== place ? { moved: here } : {};
    place = here ?? place;
    return {
      ...moved,
      author: sidechain === true ? 'assistant' : author,
      who: sidechain === true ? t`${agentName}, sub-agent` : { user: t`You`, assistant: agentName, system: t`System` }[author],
      ...(at === undefined ? {} : { at }),
      said: own.flatMap((block) => saidIn(block, results, calls)),
    };
  });
}

export function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

export function inputText(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? null, undefined, 2);
}

function placeOf(run: ContextRun | undefined): string | undefined {
  if (run?.commit === undefined) {
    return undefined;
  }
  const commit = shortCommit(run.commit);
  return run.branch === undefined ? t`On no branch at ${commit}` : t`On ${run.branch} at ${commit}`;
}

function saidIn(block: Block, results: ReadonlyMap<string, Of<'toolResult'>>, calls: ReadonlySet<string>): Said[] {
  switch (block.type) {
    case 'toolCall':
      return [{ type: 'call', call: block, result: results.get(block.callId) }];
    case 'toolResult':
      return calls.has(block.callId) ? [] : [{ type: 'loneResult', result: block }];
    case 'text':
    case 'thinking':
      return block.text.trim() === '' ? [] : [block];
    case 'notice':
    case 'image':
      return [block];
  }
}
