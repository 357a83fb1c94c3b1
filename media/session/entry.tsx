/** One entry of the timeline: its markers, the rail that shows the git context, and the message. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { Save } from '../../src/protocol/session.ts';
import { Blocks } from './blocks.tsx';
import { Commit } from './commit.tsx';
import { usePage } from './context.ts';
import type { PageContext } from './context.ts';
import { CopyButton } from './copyButton.tsx';
import { counted, fullTime, timeOf } from './format.ts';
import { Icon } from './icon.tsx';
import { plainText } from './search.ts';
import type { Entry as EntryOf, Marker, Message } from './timeline.ts';
import { leadOf } from './timeline.ts';
import { fetchWhole } from './whole.ts';
import { withElements } from './withElements.ts';

const railColours = 6;
const shownFiles = 8;

export function Entry({ entry, onToggle }: { entry: EntryOf; onToggle: (first: number) => void }) {
  const lead = leadOf(entry);
  const rail = `rail rail-${(lead?.branchOrder ?? 0) % railColours}`;
  return (
    <>
      {entry.markers.map((marker) => <MarkerLine key={marker.kind === 'save' ? marker.save.session : marker.kind} marker={marker} rail={rail} />)}
      {entry.kind === 'message'
        ? <MessageBody message={entry.message} continued={entry.continued} rail={rail} />
        : <SubAgent entry={entry} rail={rail} onToggle={onToggle} />}
    </>
  );
}

/** What a screen reader hears of an entry before its contents. */
export function labelOf(entry: EntryOf, agent: string): string {
  const lead = leadOf(entry);
  if (lead === undefined) return '';
  const who = entry.kind === 'subAgent' ? t`Sub-agent, ${counted(entry.messages.length, 'message')}` : authorOf(lead, agent);
  const where = lead.branch === undefined ? undefined : t`on ${lead.branch}`;
  return [who, timeOf(lead.row.at), where].filter((part) => part !== undefined).join(', ');
}

function authorOf({ row }: Message, agent: string): string {
  if (row.sidechain === true) return row.author === 'assistant' ? t`Sub-agent` : t`${agent} to its sub-agent`;
  return { user: t`You`, assistant: agent, system: t`Notice` }[row.author];
}

const authorIcons = { user: 'account', assistant: 'sparkle', system: 'info' } as const;

function MessageBody({ message, continued, rail }: { message: Message; continued: boolean; rail: string }) {
  const page = usePage();
  const { row } = message;
  const name = row.sidechain === true ? 'message side' : 'message';
  const isPlain = continued || row.blocks.every((block) => block.type === 'notice');
  return (
    <div class={`${name} by-${row.author}${isPlain ? ' continued' : ''}`}>
      <div class={rail} aria-hidden="true"><span class="node" /></div>
      <div class="content">
        {!isPlain && (
          <div class="author">
            <Icon name={authorIcons[row.author]} />
            <span class="author-name">{authorOf(message, page.agent)}</span>
            {row.at !== undefined && <time dateTime={row.at} title={fullTime(row.at)}>{timeOf(row.at)}</time>}
          </div>
        )}
        <div class="body"><Blocks message={message} /></div>
        <Files message={message} />
        <CopyButton label={t`Copy message`} text={() => copied(page, message)} />
        {page.isSaved && <LinkButton row={row.index} />}
      </div>
    </div>
  );
}

/** Of what is saved alone: a conversation that goes on is nowhere else. */
function LinkButton({ row }: { row: number }) {
  const { host, conversation } = usePage();
  return (
    <button type="button" class="quiet copy address" aria-label={t`Copy link to message`} title={t`Copy link to message`} onClick={() => host.post({ type: 'copyLink', conversation, row })}>
      <Icon name="link" />
    </button>
  );
}

async function copied(page: PageContext, { row }: Message): Promise<string> {
  const blocks = await Promise.all(row.blocks.map(async (block, at) =>
    block.type === 'image' ? block : fetchWhole(page, block, { row: row.index, block: at })));
  return plainText({ ...row, blocks });
}

function Files({ message }: { message: Message }) {
  const { host, unfolded } = usePage();
  const { row, commit } = message;
  const { files = [] } = row;
  const key = `${row.index}:files`;
  const [all, setAll] = useState(unfolded.has(key));
  if (files.length === 0) return null;
  const showAll = () => {
    unfolded.add(key);
    setAll(true);
  };
  return (
    <ul class="files" aria-label={t`Files touched`}>
      {files.slice(0, all ? undefined : shownFiles).map((path) => (
        <li key={path}>
          <button type="button" class="file" title={t`Open ${path}`} onClick={() => host.post({ type: 'openFile', path, ...(commit !== undefined && { commit }) })}>
            <Icon name="file" /><bdi>{path}</bdi>
          </button>
        </li>
      ))}
      {!all && files.length > shownFiles && <li><button type="button" class="link" onClick={showAll}>{counted(files.length - shownFiles, 'more file')}</button></li>}
    </ul>
  );
}

function SubAgent({ entry, rail, onToggle }: { entry: Extract<EntryOf, { kind: 'subAgent' }>; rail: string; onToggle: (first: number) => void }) {
  const first = entry.messages[0]?.row.blocks.find((block) => block.type === 'text');
  return (
    <div class="message side by-assistant">
      <div class={rail} aria-hidden="true"><span class="node" /></div>
      <div class="content">
        <div class="fold tool">
          <button type="button" class="summary" aria-expanded={entry.open} onClick={() => onToggle(entry.first)}>
            <Icon name={entry.open ? 'chevron-down' : 'chevron-right'} />
            <Icon name="hubot" />
            <span class="tool-name">{t`Sub-agent`}</span>
            <span class="tool-summary prose" dir="auto">{first?.text.slice(0, 160)}</span>
            <span class="badge">{counted(entry.messages.length, 'message')}</span>
          </button>
        </div>
      </div>
    </div>
  );
}

function MarkerLine({ marker, rail }: { marker: Marker; rail: string }) {
  return (
    <div class={`marker ${marker.kind}`}>
      <div class={rail} aria-hidden="true">{marker.kind !== 'day' && <span class="node" />}</div>
      <h3>{markerText(marker)}</h3>
    </div>
  );
}

function markerText(marker: Marker): ComponentChildren {
  switch (marker.kind) {
    case 'day':
      return marker.day;
    case 'branch':
      return <><Icon name="git-branch" /><span>{withElements(marker.switched ? t('On {0}') : t('Branched to {0}'), <bdi>{marker.branch}</bdi>)}</span>{marker.commit !== undefined && <Commit commit={marker.commit} />}</>;
    case 'fork':
      return <><Icon name="repo-forked" /><span>{t`Went on by itself from here, beside another continuation`}</span></>;
    case 'save':
      return <SaveMarker save={marker.save} />;
    case 'commit':
      return <><Icon name="git-commit" /><span>{t`Committed`}</span><Commit commit={marker.commit} /></>;
  }
}

function SaveMarker({ save: { session, title, device, savedAt, handoff } }: { save: Save }) {
  const { host } = usePage();
  return (
    <>
      <Icon name="save" />
      <span>{withElements(t('Saved on {0}'), <bdi>{device}</bdi>)}</span>
      <button type="button" class="link" title={t`Open this session, with its handoff`} onClick={() => host.post({ type: 'openSession', session })}><bdi>{title}</bdi></button>
      <time dateTime={savedAt} title={fullTime(savedAt)}>{timeOf(savedAt)}</time>
      {handoff !== undefined && <span class="handoff-excerpt"><span class="sr">{t`Handoff`}</span><span dir="auto">{handoff.split('\n')[0]}</span></span>}
    </>
  );
}
