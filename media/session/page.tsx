import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import { Page, untouched } from './context.ts';
import type { PageContext, Touched } from './context.ts';
import { Conversations, nameOf, panelId } from './conversations.tsx';
import { Actions, Facts, Verdict } from './header.tsx';
import type { Host } from './host.ts';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';
import { timelineOf } from './state.ts';
import type { PageState, Shown } from './state.ts';
import { Timeline } from './timelineView.tsx';
import type { TimelineProps } from './timelineView.tsx';
import { WasOpen } from './wasOpen.tsx';
import { withElements } from './withElements.ts';

interface PageProps {
  state: PageState;
  host: Host;
  onRetry: () => void;
  onChoose: (conversation: number) => void;
  /** The message that the state asks for is shown. */
  onArrived: () => void;
}

export function SessionPage({ state, host, onRetry, onChoose, onArrived }: PageProps) {
  const [said, announce] = useState('');
  const { chosen, goTo } = state;
  const { id, folder, conversations } = state.phase === 'shown' ? state.session.facts : { id: '', folder: '', conversations: [] };
  const agent = conversations[chosen]?.agent ?? '';
  /** By conversation: one that is chosen again is as it was left. */
  const touched = useMemo(() => new Map<number, Touched>(), [host, id]);
  const page = useMemo<PageContext>(() => {
    const before = host.kept?.session === id && host.kept.conversation === chosen ? host.kept : undefined;
    const known = touched.get(chosen) ?? untouched(before);
    touched.set(chosen, known);
    return { host, announce, conversation: chosen, isSaved: id !== '', agent, ...known };
  }, [touched, agent, chosen]);
  useEffect(() => {
    if (folder !== '') host.keep({ folder, session: id, conversation: chosen });
  }, [folder, id, chosen]);
  const scroller = useRef<HTMLElement>(null);
  return (
    <Page.Provider value={page}>
      <main ref={scroller} class="scroller">
        {state.phase === 'loading' && <Loading words={t`Reading the session…`} />}
        {state.phase === 'failed' && <Failed title={t`The session could not be shown`} failure={state} onRetry={onRetry} />}
        {state.phase === 'shown' && (
          <>
            <div class="head">
              <Verdict verdict={state.session.verdict} />
              <Facts facts={state.session.facts} vaultNotice={state.session.vaultNotice} />
              <Handoff session={state.session} />
              {state.session.wasOpen && <WasOpen wasOpen={state.session.wasOpen} commit={state.session.facts.commit} />}
              <h2>{t`Timeline`}</h2>
              {conversations.length > 1 && <Conversations conversations={conversations} chosen={chosen} onChoose={onChoose} />}
            </div>
            <div {...(conversations.length > 1 ? { id: panelId, role: 'tabpanel', 'aria-label': nameOf(conversations, chosen) } : {})}>
              <TimelineOf session={state.session} chosen={chosen} goTo={goTo?.conversation === chosen ? goTo.row : undefined} onArrived={onArrived} onRetry={onRetry} scroller={scroller} />
            </div>
          </>
        )}
      </main>
      <p class="sr" role="status">{said}</p>
    </Page.Provider>
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

function Loading({ words }: { words: string }) {
  return <div class="state" role="status"><Icon name="loading" spin /><p>{words}</p></div>;
}

function Failed({ title, failure, onRetry }: { title: string; failure: Pick<Extract<PageState, { phase: 'failed' }>, 'message' | 'actions'>; onRetry: () => void }) {
  return (
    <div class="state failed" role="alert">
      <Icon name="error" />
      <p class="state-title">{title}</p>
      <p dir="auto">{failure.message}</p>
      <div class="actions"><button type="button" class="primary" onClick={onRetry}>{t`Try again`}</button></div>
      <Actions actions={failure.actions} />
    </div>
  );
}
