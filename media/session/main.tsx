/** The session page: mounts it, says `ready`, and from then on shows what the host sends. */
import { render } from 'preact';
import { useEffect, useReducer } from 'preact/hooks';
import { Host } from './host.ts';
import { SessionPage } from './page.tsx';
import './session.css';
import { initialState, isWaiting, reduce } from './state.ts';

/** Milliseconds without a sign of the host while something is awaited. */
const patience = 30_000;

function App({ host }: { host: Host }) {
  const [state, dispatch] = useReducer(reduce, initialState);
  useEffect(() => {
    host.listen(dispatch);
    host.post({ type: 'ready' });
  }, []);
  useEffect(() => {
    if (!isWaiting(state)) return;
    const timer = setTimeout(() => dispatch({ type: 'silence' }), patience);
    return () => clearTimeout(timer);
  }, [state]);

  const retry = () => {
    dispatch({ type: 'retried' });
    host.post({ type: 'retry' });
  };
  return <SessionPage state={state} host={host} onRetry={retry} />;
}

const root = document.getElementById('page');
if (root !== null) render(<App host={new Host()} />, root);
