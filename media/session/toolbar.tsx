import type { RefObject } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { IconName } from '../../src/protocol/iconNames.ts';
import { counted, number } from './format.ts';
import { Icon } from './icon.tsx';
import { jumpGroups } from './jumps.ts';
import type { JumpTarget } from './jumps.ts';
import type { Kind } from './search.ts';
import { kinds } from './search.ts';

interface ToolbarProps {
  words: string;
  onWords: (words: string) => void;
  chosen: ReadonlySet<Kind>;
  onKind: (kind: Kind) => void;
  counts: Readonly<Record<Kind, number>>;
  /** Entries the list is narrowed to; undefined when it is not. */
  found: { count: number; current: number } | undefined;
  onStep: (by: 1 | -1) => void;
  /** Whether new messages are kept in view; undefined where none come. */
  follows: boolean | undefined;
  onFollow: (follows: boolean) => void;
  jumps: readonly JumpTarget[];
  onJump: (index: number) => void;
  /** Where the topmost message in view was written. */
  context: string | undefined;
  input: RefObject<HTMLInputElement | null>;
}

const kindIcons: Record<Kind, IconName> = { people: 'account', assistant: 'sparkle', tools: 'tools', files: 'file', errors: 'error' };

function kindNames(): Record<Kind, string> {
  return { people: t`People`, assistant: t`Assistant`, tools: t`Tools`, files: t`Files`, errors: t`Errors` };
}

export function Toolbar(props: ToolbarProps) {
  const { words, onWords, chosen, onKind, counts, onStep, input } = props;
  const names = kindNames();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') onWords('');
    else return;
    event.preventDefault();
  };
  return (
    <div class="toolbar" role="search" aria-label={t`Search in the timeline`}>
      <div class="search">
        <Icon name="search" />
        <input
          ref={input} type="text" value={words} placeholder={t`Search messages`} aria-label={t`Search messages`} dir="auto" spellcheck={false}
          onInput={(event) => onWords(event.currentTarget.value)} onKeyDown={onKeyDown}
        />
        <Found {...props} />
      </div>
      <div class="chips" role="group" aria-label={t`Show only`}>
        {kinds.map((kind) => (
          <button
            key={kind} type="button" class="chip" aria-pressed={chosen.has(kind)} disabled={counts[kind] === 0}
            onClick={() => onKind(kind)} title={counted(counts[kind], 'message')}
          >
            <Icon name={kindIcons[kind]} /><span>{names[kind]}</span><span class="chip-count">{number(counts[kind])}</span>
          </button>
        ))}
      </div>
      {props.follows !== undefined && <button type="button" class="chip" aria-pressed={props.follows} title={t`Keep new messages in view`} onClick={() => props.onFollow(props.follows === false)}><Icon name="pulse" /><span>{t`Follow`}</span></button>}
      <Jump {...props} />
    </div>
  );
}

function Found({ found, onStep, onWords, words }: ToolbarProps) {
  if (found === undefined) return null;
  const { count, current } = found;
  return (
    <>
      <span class="found" role="status">{count === 0 ? t`None` : t`${number(current + 1)} of ${number(count)}`}</span>
      <button type="button" class="quiet" aria-label={t`Previous match`} title={t`Previous match (Shift+Enter)`} disabled={count === 0} onClick={() => onStep(-1)}><Icon name="arrow-up" /></button>
      <button type="button" class="quiet" aria-label={t`Next match`} title={t`Next match (Enter)`} disabled={count === 0} onClick={() => onStep(1)}><Icon name="arrow-down" /></button>
      {words !== '' && <button type="button" class="quiet" aria-label={t`Clear search`} title={t`Clear search (Escape)`} onClick={() => onWords('')}><Icon name="close" /></button>}
    </>
  );
}

function Jump({ jumps, onJump, context }: ToolbarProps) {
  const options = useMemo(() => <Options jumps={jumps} />, [jumps]);
  return (
    <label class="jump">
      <Icon name="git-branch" />
      <span class="here"><bdi>{context ?? t`Jump to`}</bdi></span>
      <Icon name="chevron-down" />
      <select
        aria-label={t`Jump to a day, commit, save, error or file`} value="" disabled={jumps.length === 0}
        onChange={(event) => {
          const { value } = event.currentTarget;
          event.currentTarget.value = '';
          if (value !== '') onJump(Number(value));
        }}
      >
        {options}
      </select>
    </label>
  );
}

function Options({ jumps }: { jumps: readonly JumpTarget[] }) {
  const groups = jumpGroups();
  return (
    <>
      <option value="" disabled hidden>{t`Jump to…`}</option>
      {(Object.keys(groups) as JumpTarget['kind'][]).map((kind) => <Group key={kind} label={groups[kind]} jumps={jumps.filter((jump) => jump.kind === kind)} />)}
    </>
  );
}

function Group({ label, jumps }: { label: string; jumps: readonly JumpTarget[] }) {
  return jumps.length === 0 ? null : <optgroup label={label}>{jumps.map((jump) => <option key={`${jump.index}:${jump.label}`} value={jump.index}>{jump.label}</option>)}</optgroup>;
}
