/** What the page holds below its head: the handoff, what was open, and the timeline of the conversation that is chosen. */
import { useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import { Conversations, nameOf, panelId } from './conversations.tsx';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';
import { timelineOf } from './state.ts';
import type { Shown } from './state.ts';
import { Failed, Loading } from './states.tsx';
import { Timeline } from './timelineView.tsx';
import type { TimelineProps } from './timelineView.tsx';
import { WasOpen } from './wasOpen.tsx';
import { withElements } from './withElements.ts';

export interface ContentsProps extends TimelineOfProps {
  onChoose: (conversation: number) => void;
}

export function Contents({ onChoose, ...props }: ContentsProps) {
  const { session, chosen } = props;
  const { facts: { conversations, commit }, wasOpen } = session;
  const isOneOfSeveral = conversations.length > 1;
  return (
    <>
      <div class="context">
        <Handoff session={session} />
        {wasOpen && <WasOpen wasOpen={wasOpen} commit={commit} />}
        <h2>{t`Timeline`}</h2>
        {isOneOfSeveral && <Conversations conversations={conversations} chosen={chosen} onChoose={onChoose} />}
      </div>
      <div {...(isOneOfSeveral ? { id: panelId, role: 'tabpanel', 'aria-label': nameOf(conversations, chosen) } : {})}>
        <TimelineOf {...props} />
      </div>
    </>
  );
}

function Handoff({ session }: { session: Shown }) {
  const [open, setOpen] = useState(true);
  const { handoff, handoffOf, facts: { conversations } } = session;
  if (handoff.trim() === '') return null;
  return (
    <section class="handoff" aria-label={t`Handoff`}>
      <h2>
        <button type="button" class="heading" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name={open ? 'chevron-down' : 'chevron-right'} />{t`Handoff`}</button>
      </h2>
      {handoffOf !== undefined && <p class="hint"><Icon name="info" /><span>{withElements(t('Of {0} conversations it describes the one that was active last: {1}.'), conversations.length, <bdi>{nameOf(conversations, handoffOf)}</bdi>)}</span></p>}
      {open && <div class="card"><Markdown text={handoff} level={2} /></div>}
    </section>
  );
}

interface TimelineOfProps extends Pick<TimelineProps, 'goTo' | 'onArrived' | 'scroller'> {
  session: Shown;
  chosen: number;
  onRetry: () => void;
}

function TimelineOf({ session, chosen, onRetry, ...rest }: TimelineOfProps) {
  const { conversations, unknownAgents } = session.facts;
  if (conversations.length === 0) {
    return <div class="state"><p>{unknownAgents.length === 0 ? t`This session holds code alone.` : t`None of its conversations can be shown.`}</p></div>;
  }
  const timeline = timelineOf(session, chosen);
  switch (timeline.phase) {
    case 'loading':
      return <Loading words={t`Reading the messages…`} />;
    case 'failed':
      return <Failed title={t`The messages could not be shown`} failure={timeline} onRetry={onRetry} />;
    case 'shown':
      return <Timeline key={`${session.facts.id}:${chosen}`} rows={timeline.rows} total={timeline.total} isRunning={session.verdict.state === 'running'} {...rest} />;
  }
}
