import type { RefObject } from 'preact';
import { useMemo } from 'preact/hooks';
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

const kindNames: Record<Kind, string> = { people: 'People', assistant: 'Assistant', tools: 'Tools', files: 'Files', errors: 'Errors' };
const kindIcons: Record<Kind, IconName> = { people: 'account', assistant: 'sparkle', tools: 'tools', files: 'file', errors: 'error' };

export function Toolbar(props: ToolbarProps) {
  const { words, onWords, chosen, onKind, counts, onStep, input } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') onWords('');
    else return;
    event.preventDefault();
  };
  return (
    <div class="toolbar" role="search" aria-label="Search in the timeline">
      <div class="search">
        <Icon name="search" />
        <input
          ref={input} type="text" value={words} placeholder="Search messages" aria-label="Search messages" dir="auto" spellcheck={false}
          onInput={(event) => onWords(event.currentTarget.value)} onKeyDown={onKeyDown}
        />
        <Found {...props} />
      </div>
      <div class="chips" role="group" aria-label="Show only">
        {kinds.map((kind) => (
          <button
            key={kind} type="button" class="chip" aria-pressed={chosen.has(kind)} disabled={counts[kind] === 0}
            onClick={() => onKind(kind)} title={counted(counts[kind], 'message')}
          >
            <Icon name={kindIcons[kind]} /><span>{kindNames[kind]}</span><span class="chip-count">{number(counts[kind])}</span>
          </button>
        ))}
      </div>
      {props.follows !== undefined && <button type="button" class="chip" aria-pressed={props.follows} title="Keep new messages in view" onClick={() => props.onFollow(props.follows === false)}><Icon name="pulse" /><span>Follow</span></button>}
      <Jump {...props} />
    </div>
  );
}

function Found({ found, onStep, onWords, words }: ToolbarProps) {
  if (found === undefined) return null;
  const { count, current } = found;
  return (
    <>
      <span class="found" role="status">{count === 0 ? 'None' : `${number(current + 1)} of ${number(count)}`}</span>
      <button type="button" class="quiet" aria-label="Previous match" title="Previous match (Shift+Enter)" disabled={count === 0} onClick={() => onStep(-1)}><Icon name="arrow-up" /></button>
      <button type="button" class="quiet" aria-label="Next match" title="Next match (Enter)" disabled={count === 0} onClick={() => onStep(1)}><Icon name="arrow-down" /></button>
      {words !== '' && <button type="button" class="quiet" aria-label="Clear search" title="Clear search (Escape)" onClick={() => onWords('')}><Icon name="close" /></button>}
    </>
  );
}

function Jump({ jumps, onJump, context }: ToolbarProps) {
  const options = useMemo(() => <Options jumps={jumps} />, [jumps]);
  return (
    <label class="jump">
      <Icon name="git-branch" />
      <span class="here"><bdi>{context ?? 'Jump to'}</bdi></span>
      <Icon name="chevron-down" />
      <select
        aria-label="Jump to a day, commit, save, error or file" value="" disabled={jumps.length === 0}
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
  return (
    <>
      <option value="" disabled hidden>Jump to…</option>
      {(Object.keys(jumpGroups) as JumpTarget['kind'][]).map((kind) => <Group key={kind} label={jumpGroups[kind]} jumps={jumps.filter((jump) => jump.kind === kind)} />)}
    </>
  );
}

function Group({ label, jumps }: { label: string; jumps: readonly JumpTarget[] }) {
  return jumps.length === 0 ? null : <optgroup label={label}>{jumps.map((jump) => <option key={`${jump.index}:${jump.label}`} value={jump.index}>{jump.label}</option>)}</optgroup>;
}
