import type { RefObject } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Page } from './context.ts';
import type { PageContext } from './context.ts';
import { Actions, Facts, Verdict } from './header.tsx';
import type { Host } from './host.ts';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';
import type { PageState, Shown } from './state.ts';
import { Timeline } from './timelineView.tsx';

interface PageProps {
  state: PageState;
  host: Host;
  onRetry: () => void;
}

export function SessionPage({ state, host, onRetry }: PageProps) {
  const [said, announce] = useState('');
  const { agent, id } = state.phase === 'shown' ? state.session.facts : { agent: '', id: '' };
  const page = useMemo<PageContext>(() => ({ host, announce, agent, unfolded: new Set(), whole: new Map() }), [host, agent, id]);
  const scroller = useRef<HTMLElement>(null);
  return (
    <Page.Provider value={page}>
      <main ref={scroller} class="scroller">
        {state.phase === 'loading' && <Loading words="Reading the session…" />}
        {state.phase === 'failed' && <Failed title="The session could not be shown" failure={state} onRetry={onRetry} />}
        {state.phase === 'shown' && (
          <>
            <div class="head">
              <Verdict verdict={state.session.verdict} />
              <Facts facts={state.session.facts} vaultNotice={state.session.vaultNotice} />
              <Handoff text={state.session.handoff} />
              <h2>Timeline</h2>
            </div>
            <TimelineOf session={state.session} onRetry={onRetry} scroller={scroller} />
          </>
        )}
      </main>
      <p class="sr" role="status">{said}</p>
    </Page.Provider>
  );
}

function Handoff({ text }: { text: string }) {
  const [open, setOpen] = useState(true);
  if (text.trim() === '') return null;
  return (
    <section class="handoff" aria-label="Handoff">
      <h2>
        <button type="button" class="heading" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name={open ? 'chevron-down' : 'chevron-right'} />Handoff</button>
      </h2>
      {open && <div class="card"><Markdown text={text} level={2} /></div>}
    </section>
  );
}

function TimelineOf({ session, onRetry, scroller }: { session: Shown; onRetry: () => void; scroller: RefObject<HTMLElement | null> }) {
  const { timeline } = session;
  switch (timeline.phase) {
    case 'loading':
      return <Loading words="Reading the messages…" />;
    case 'failed':
      return <Failed title="The messages could not be shown" failure={timeline} onRetry={onRetry} />;
    case 'shown':
      return <Timeline key={session.facts.id} rows={timeline.rows} total={timeline.total} scroller={scroller} />;
  }
}

function Loading({ words }: { words: string }) {
  return <div class="state" role="status"><Icon name="loading" spin /><p>{words}</p></div>;
}

function Failed({ title, failure, onRetry }: { title: string; failure: Extract<PageState, { phase: 'failed' }>; onRetry: () => void }) {
  return (
    <div class="state failed" role="alert">
      <Icon name="error" />
      <p class="state-title">{title}</p>
      <p dir="auto">{failure.message}</p>
      <div class="actions"><button type="button" class="primary" onClick={onRetry}>Try again</button></div>
      <Actions actions={failure.actions} />
    </div>
  );
}
