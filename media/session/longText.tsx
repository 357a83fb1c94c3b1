/**
 * Text of any length. The beginning is shown; the rest comes when asked for, in slices of which the browser lays
 * out only those in view, so that a line of a megabyte does not hold up the page.
 */
import type { ComponentChildren } from 'preact';
import { useContext, useMemo, useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { Block } from '../../src/protocol/session.ts';
import { Search, usePage } from './context.ts';
import { length } from './format.ts';
import { Markdown } from './markdown.tsx';
import { excerptOf } from './search.ts';
import type { Place } from './timeline.ts';
import { placeKey, useWhole } from './whole.ts';

type TextBlock = Extract<Block, { text: string }>;
export type TextStyle = 'markdown' | 'plain' | 'output';

const shownCharacters = 4000;
const shownLines: Record<TextStyle, number> = { markdown: 120, plain: 60, output: 24 };
/** Longer Markdown is shown as plain text: formatting it would hold up the page. */
const formattedCharacters = 100_000;
const sliceCharacters = 8000;

export function LongText({ block, place, style }: { block: TextBlock; place: Place; style: TextStyle }) {
  const whole = useWhole(block, place);
  return (
    <CutText
      text={whole.block.text} missing={whole.state === 'whole' ? 0 : block.omitted ?? 0} id={placeKey(place)} row={place.row} style={style}
      load={whole.load} loading={whole.state === 'loading'} problem={whole.state === 'failed' ? whole.message : undefined}
    />
  );
}

interface CutTextProps {
  text: string;
  id: string;
  row: number;
  style: TextStyle;
  /** Characters that come by `load`. */
  missing?: number;
  load?: () => Promise<void>;
  loading?: boolean;
  problem?: string | undefined;
}

export function CutText({ text, id, row, style, missing = 0, load, loading = false, problem }: CutTextProps) {
  const { unfolded } = usePage();
  const { pattern, foundByHost } = useContext(Search);
  const key = `${id}:all`;
  const [all, setAll] = useState(unfolded.has(key));
  const beginning = useMemo(() => beginningOf(text, shownLines[style]), [text, style]);
  const isLong = missing > 0 || beginning.length < text.length;
  const shown = all ? text : beginning;

  const toggle = () => {
    if (all) unfolded.delete(key);
    else unfolded.add(key);
    setAll(!all);
    if (!all && missing > 0) void load?.();
  };
  const excerpt = all || pattern === undefined || pattern.test(beginning) ? undefined : excerptOf(text.slice(beginning.length), pattern);
  const hidden = excerpt === undefined && missing > 0 && foundByHost.has(row);
  return (
    <>
      <TextBody text={shown} style={style} />
      {excerpt !== undefined && <p class="excerpt" dir="auto">{excerpt}</p>}
      {hidden && <p class="excerpt">{t`The words are in the part that is not shown.`}</p>}
      {problem !== undefined && all && <p class="problem" role="alert">{t`The rest could not be read. ${problem}`}</p>}
      {isLong && (
        <p class="more">
          {problem !== undefined && all && <button type="button" class="link" onClick={() => void load?.()}>{t`Try again`}</button>}
          <button type="button" class="link" aria-expanded={all} onClick={toggle}>
            {all ? t`Show less` : t`Show all, ${length(text.length + missing)}`}
          </button>
          {loading && <span role="status">{t`Reading the rest…`}</span>}
        </p>
      )}
    </>
  );
}

function TextBody({ text, style }: { text: string; style: TextStyle }): ComponentChildren {
  if (style === 'markdown' && text.length <= formattedCharacters) return <Markdown text={text} level={3} />;
  const slices = slicesOf(text);
  if (style === 'output') {
    return <pre class="output" dir="auto" tabIndex={0} role="group" aria-label={t`Text`}>{slices.map((slice, at) => <span key={at} class="slice">{slice}</span>)}</pre>;
  }
  return <div class="plain" dir="auto">{slices.map((slice, at) => <span key={at} class="slice">{slice}</span>)}</div>;
}

/** Ends at a line's end where one is near. */
function beginningOf(text: string, lines: number): string {
  let end = -1;
  for (let line = 0; line < lines; line++) {
    const next = text.indexOf('\n', end + 1);
    if (next === -1 || next > shownCharacters) {
      if (text.length <= shownCharacters) return text;
      return text.slice(0, end > shownCharacters / 2 ? end : wholeCharacter(text, shownCharacters));
    }
    end = next;
  }
  return text.slice(0, end);
}

function slicesOf(text: string): string[] {
  const slices: string[] = [];
  for (let from = 0; from < text.length;) {
    const limit = from + sliceCharacters;
    const line = text.lastIndexOf('\n', limit);
    const to = limit >= text.length ? text.length : line > from ? line + 1 : wholeCharacter(text, limit);
    slices.push(text.slice(from, to));
    from = to;
  }
  return slices;
}

/** Never cuts between the two halves of one character. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
