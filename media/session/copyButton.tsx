import { useEffect, useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';

/** Copies what `text` gives, and says so; a promise that rejects is said as the failure it is. */
export function CopyButton({ label, text }: { label: string; text: () => string | Promise<string> }) {
  const { host, announce } = usePage();
  const [done, setDone] = useState<'copied' | 'failed' | undefined>();
  useEffect(() => {
    if (done === undefined) return;
    const timer = setTimeout(() => setDone(undefined), 1500);
    return () => clearTimeout(timer);
  }, [done]);

  const copy = async () => {
    try {
      host.post({ type: 'copy', text: await text() });
      setDone('copied');
      announce(t`Copied.`);
    } catch (error) {
      setDone('failed');
      announce(t`Not copied. ${error instanceof Error ? error.message : ''}`);
    }
  };
  const title = done === 'copied' ? t`Copied` : done === 'failed' ? t`Not copied` : label;
  return (
    <button type="button" class="quiet copy" aria-label={label} title={title} onClick={() => void copy()}>
      <Icon name={done === 'copied' ? 'check' : done === 'failed' ? 'error' : 'copy'} />
    </button>
  );
}
