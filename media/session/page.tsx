import type { ComponentType } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import { Page, untouched } from './context.ts';
import type { PageContext, Touched } from './context.ts';
import type { ContentsProps } from './contents.tsx';
import { Facts, Verdict } from './header.tsx';
import type { Host } from './host.ts';
import type { PageState } from './state.ts';
import { Failed, Loading } from './states.tsx';

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
  const Contents = useContents(state.phase === 'shown');
  return (
    <Page.Provider value={page}>
      <main ref={scroller} class="scroller">
        {state.phase === 'loading' && <Loading words={t`Reading the session…`} />}
        {state.phase === 'failed' && <Failed title={t`The session could not be shown`} failure={state} onRetry={onRetry} />}
        {state.phase === 'shown' && (
          <>
            <div class="head">
              <Verdict verdict={state.session.verdict} />
              <Facts facts={state.session.facts} vaultNotice={state.session.vaultNotice} isWhole={Contents !== undefined} />
            </div>
            {Contents && <Contents session={state.session} chosen={chosen} onChoose={onChoose} goTo={goTo?.conversation === chosen ? goTo.row : undefined} onArrived={onArrived} onRetry={onRetry} scroller={scroller} />}
          </>
        )}
      </main>
      <p class="sr" role="status">{said}</p>
    </Page.Provider>
  );
}

/** What is below the head of the page. It is brought in once the head has been painted: reading Markdown and wording numbers take longer than all of the head. */
function useContents(isWanted: boolean): ComponentType<ContentsProps> | undefined {
  const [contents, setContents] = useState<{ Contents: ComponentType<ContentsProps> }>();
  useEffect(() => {
    if (!isWanted || contents) return;
    // The first frame paints the head; what begins within it would be painted with it.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => void import('./contents.tsx').then(setContents));
    });
    return () => cancelAnimationFrame(frame);
  }, [isWanted]);
  return contents?.Contents;
}
