import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';

interface FoldProps {
  /** By which it stays unfolded when it scrolls out of view and back. */
  id: string;
  class?: string;
  summary: ComponentChildren;
  /** Shown below the summary while folded. */
  hint?: ComponentChildren;
  /** Made only when unfolded. */
  children: () => ComponentChildren;
}

/** One line that unfolds. */
export function Fold({ id, class: name = '', summary, hint, children }: FoldProps) {
  const { unfolded } = usePage();
  const [open, setOpen] = useState(unfolded.has(id));
  const body = useId();
  const toggle = () => {
    if (open) unfolded.delete(id);
    else unfolded.add(id);
    setOpen(!open);
  };
  return (
    <div class={`fold ${name}`}>
      <button type="button" class="summary" aria-expanded={open} aria-controls={open ? body : undefined} onClick={toggle}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} />
        {summary}
      </button>
      {!open && hint}
      {open && <div id={body} class="unfolded">{children()}</div>}
    </div>
  );
}
