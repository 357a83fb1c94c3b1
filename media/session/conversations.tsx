/** The conversations of a session that has several, as tabs above the timeline: the arrow keys go from one to the next. */
import { useRef } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { ConversationFacts } from '../../src/protocol/session.ts';
import { counted } from './format.ts';

export const panelId = 'conversation';

interface ConversationsProps {
  conversations: readonly ConversationFacts[];
  chosen: number;
  onChoose: (conversation: number) => void;
}

/** Its title, or what it is called without one. */
export function nameOf(conversations: readonly ConversationFacts[], at: number): string {
  return conversations[at]?.title ?? t`Conversation ${at + 1}`;
}

export function Conversations({ conversations, chosen, onChoose }: ConversationsProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const { length } = conversations;
    const moves: Record<string, number> = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: -1 };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const at = (to + length) % length;
    onChoose(at);
    list.current?.querySelectorAll('button')[at]?.focus();
  };
  return (
    <div class="conversations" role="tablist" aria-label={t`Conversations`} ref={list} onKeyDown={onKeyDown}>
      {conversations.map(({ agent, messages }, at) => (
        <button
          key={at} type="button" class="conversation" role="tab" aria-selected={at === chosen} aria-controls={panelId}
          tabIndex={at === chosen ? 0 : -1} title={nameOf(conversations, at)} onClick={() => onChoose(at)}
        >
          <span class="name" dir="auto">{nameOf(conversations, at)}</span>
          <span class="about">{agent} · {counted(messages, 'message')}</span>
        </button>
      ))}
    </div>
  );
}
