/** The session page: mounts it, says `ready`, and from then on shows what the host sends. */
import { render } from 'preact';
import { useEffect, useLayoutEffect, useReducer } from 'preact/hooks';
import { speak } from '../../src/l10n/language.ts';
import { translationsElement } from '../../src/protocol/sessionDocument.ts';
import { Host } from './host.ts';
import { SessionPage } from './page.tsx';
import './session.css';
import { initialState, isWaiting, reduce } from './state.ts';

/** Milliseconds without a sign of the host while something is awaited. */
const patience = 30_000;

function App({ host }: { host: Host }) {
  const [state, dispatch] = useReducer(reduce, host.kept, (kept) => ({
    ...initialState,
    ...(kept && { chosen: kept.conversation }),
    ...(kept?.row !== undefined && { goTo: { conversation: kept.conversation, row: kept.row } }),
  }));
  // What is asked for is asked before the browser paints: the answer then comes a frame earlier.
  useLayoutEffect(() => {
    host.listen(dispatch);
    host.post({ type: 'ready' });
  }, []);
  useEffect(() => {
    if (!isWaiting(state)) return;
    const timer = setTimeout(() => dispatch({ type: 'silence' }), patience);
    return () => clearTimeout(timer);
  }, [state]);

  const facts = state.phase === 'shown' ? state.session.facts : undefined;
  const isUnseen = state.phase === 'shown' && !state.session.timelines.has(state.chosen);
  useLayoutEffect(() => {
    if (isUnseen) host.post({ type: 'show', conversation: state.chosen });
  }, [facts, state.chosen]);

  const retry = () => {
    dispatch({ type: 'retried' });
    host.post({ type: 'retry' });
  };
  const choose = (conversation: number) => dispatch({ type: 'chosen', conversation });
  return <SessionPage state={state} host={host} onRetry={retry} onChoose={choose} onArrived={() => dispatch({ type: 'arrived' })} />;
}

const translations = document.getElementById(translationsElement)?.textContent;
if (translations) {
  speak(document.documentElement.lang, JSON.parse(translations) as Record<string, string>);
}
const root = document.getElementById('page');
if (root !== null) render(<App host={new Host()} />, root);
