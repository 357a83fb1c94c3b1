import { useContext } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { IconName } from '../../src/protocol/iconNames.ts';
import { Search } from './context.ts';
import { diffOf, editsOf } from '../../src/protocol/edits.ts';
import type { Edit } from '../../src/protocol/edits.ts';
import { Fold } from './fold.tsx';
import { counted } from './format.ts';
import { Icon } from './icon.tsx';
import { CutText, LongText } from './longText.tsx';
import { excerptOf, inputText } from './search.ts';
import type { Place, PlacedResult, ToolCall as Call } from './timeline.ts';
import { placeKey, useWhole } from './whole.ts';

const shownDiffLines = 400;

/** A call and what came back, folded to one line. */
export function ToolCall({ call, place, placed }: { call: Call; place: Place; placed: PlacedResult | undefined }) {
  const failed = placed?.result.failed === true;
  const summary = (
    <>
      <Icon name={iconOf(call)} />
      <span class="tool-name">{call.name}</span>
      <span class="tool-summary" dir="auto">{call.summary}</span>
      {failed && <span class="badge failed"><Icon name="error" /> {t`failed`}</span>}
      {placed === undefined && <span class="badge">{t`no result`}</span>}
      <DiffCount call={call} />
    </>
  );
  return (
    <Fold id={placeKey(place)} class={failed ? 'tool failed' : 'tool'} summary={summary} hint={<Hint call={call} place={place} placed={placed} />}>
      {() => (
        <>
          <Input call={call} place={place} />
          <Result placed={placed} />
        </>
      )}
    </Fold>
  );
}

/** A result whose call is not in the transcript. */
export function LoneResult({ placed }: { placed: PlacedResult }) {
  const { failed } = placed.result;
  const summary = (
    <>
      <Icon name="output" />
      <span class="tool-name">{t`Result`}</span>
      <span class="tool-summary">{t`of a call that is not in this transcript`}</span>
      {failed && <span class="badge failed"><Icon name="error" /> {t`failed`}</span>}
    </>
  );
  return <Fold id={placeKey(placed)} class={failed ? 'tool failed' : 'tool'} summary={summary}>{() => <Result placed={placed} />}</Fold>;
}

function Input({ call, place }: { call: Call; place: Place }) {
  const whole = useWhole(call, place, true);
  if (whole.state === 'failed') {
    return (
      <p class="problem" role="alert">
        {t`The input could not be read. ${whole.message}`} <button type="button" class="link" onClick={() => void whole.load()}>{t`Try again`}</button>
      </p>
    );
  }
  if (whole.state !== 'whole') return <p class="more" role="status">{t`Reading the input…`}</p>;
  const edits = editsOf(whole.block.input);
  return (
    <section class="part" aria-label={t`Input`}>
      <p class="part-title" aria-hidden="true">{t`Input`}</p>
      {edits === undefined
        ? <CutText text={inputText(whole.block)} id={`${placeKey(place)}:input`} row={place.row} style="output" />
        : edits.map((edit, at) => <Diff key={at} edit={edit} />)}
    </section>
  );
}

function Result({ placed }: { placed: PlacedResult | undefined }) {
  if (placed === undefined) return <p class="more">{t`No result is in this transcript.`}</p>;
  const { text, omitted, failed } = placed.result;
  return (
    <section class="part" aria-label={failed ? t`Failed result` : t`Result`}>
      <p class="part-title" aria-hidden="true">{failed ? t`Failed` : t`Result`}</p>
      {text === '' && omitted === undefined
        ? <p class="more">{t`Nothing was returned.`}</p>
        : <LongText block={placed.result} place={placed} style="output" />}
    </section>
  );
}

function Diff({ edit }: { edit: Edit }) {
  const lines = diffOf(edit);
  const signs = { same: ' ', removed: '−', added: '+' };
  return (
    <div class="diff">
      <p class="diff-path"><bdi>{edit.path}</bdi></p>
      <pre dir="ltr" tabIndex={0} role="group" aria-label={t`Change of ${edit.path}`}>
        {lines.slice(0, shownDiffLines).map((line, at) => (
          <span key={at} class={`line ${line.kind}`}><span class="sign">{signs[line.kind]}</span>{line.text.slice(0, 2000)}{'\n'}</span>
        ))}
      </pre>
      {lines.length > shownDiffLines && <p class="more">{counted(lines.length - shownDiffLines, 'more line')}</p>}
    </div>
  );
}

function DiffCount({ call }: { call: Call }) {
  const lines = editsOf(call.input)?.flatMap((edit) => diffOf(edit, 0));
  if (lines === undefined) return null;
  const sumOf = (kind: string) => lines.filter((line) => line.kind === kind).length;
  return <span class="counts"><span class="added">+{sumOf('added')}</span> <span class="removed">−{sumOf('removed')}</span></span>;
}

/** Where the searched words are, while the call is folded. */
function Hint({ call, place, placed }: { call: Call; place: Place; placed: PlacedResult | undefined }) {
  const { pattern, foundByHost } = useContext(Search);
  if (pattern === undefined || pattern.test(call.summary) || pattern.test(call.name)) return null;
  const excerpt = excerptOf(inputText(call), pattern) ?? excerptOf(placed?.result.text ?? '', pattern);
  if (excerpt !== undefined) return <p class="excerpt" dir="auto">{excerpt}</p>;
  const hidden = foundByHost.has(place.row) || (placed !== undefined && foundByHost.has(placed.row));
  return hidden ? <p class="excerpt">{t`The words are in the part that is not shown.`}</p> : null;
}

/** By what the tool is called; names are the agents' own, so a guess is good enough for a picture. */
function iconOf({ name, writes }: Call): IconName {
  if (writes.length > 0) return 'edit';
  const known: readonly (readonly [RegExp, IconName])[] = [
    [/bash|shell|exec|terminal|command/i, 'terminal'],
    [/web|fetch|browser|http/i, 'globe'],
    [/grep|glob|search|find|list|ls/i, 'search'],
    [/read|open|view/i, 'file'],
    [/task|agent/i, 'hubot'],
    [/todo|plan/i, 'checklist'],
  ];
  return known.find(([pattern]) => pattern.test(name))?.[1] ?? 'tools';
}
