import { useContext } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { Block as BlockContent, Row } from '../../src/protocol/session.ts';
import { Search } from './context.ts';
import { Fold } from './fold.tsx';
import { Icon } from './icon.tsx';
import { LongText } from './longText.tsx';
import { excerptOf } from './search.ts';
import type { Message, Place } from './timeline.ts';
import { LoneResult, ToolCall } from './toolCall.tsx';
import { placeKey, useWhole } from './whole.ts';

/** The contents of a message, in order. Results that belong to a call are shown with it. */
export function Blocks({ message }: { message: Message }) {
  const { row } = message;
  return row.blocks.map((block, at) => <Block key={at} block={block} at={at} row={row} message={message} />);
}

function Block({ block, at, row, message }: { block: BlockContent; at: number; row: Row; message: Message }) {
  const place = { row: row.index, block: at };
  switch (block.type) {
    case 'text':
      return <LongText block={block} place={place} style={row.author === 'assistant' ? 'markdown' : 'plain'} />;
    case 'thinking':
      return <Thinking block={block} place={place} />;
    case 'toolCall':
      return <ToolCall call={block} place={place} placed={message.results.get(block.callId)} />;
    case 'toolResult':
      return message.called.has(block.callId) ? null : <LoneResult placed={{ ...place, result: block }} />;
    case 'image':
      return <Picture block={block} place={place} />;
    case 'notice':
      return <div class="notice"><Icon name="info" /><div><LongText block={block} place={place} style="plain" /></div></div>;
  }
}

interface Of<T extends BlockContent['type']> {
  block: Extract<BlockContent, { type: T }>;
  place: Place;
}

function Thinking({ block, place }: Of<'thinking'>) {
  const { pattern } = useContext(Search);
  const excerpt = pattern && excerptOf(block.text, pattern);
  const summary = <><Icon name="lightbulb" /><span class="tool-name">{t`Thinking`}</span><span class="tool-summary prose" dir="auto">{block.text.slice(0, 160)}</span></>;
  return (
    <Fold id={placeKey(place)} class="thinking" summary={summary} hint={excerpt && <p class="excerpt" dir="auto">{excerpt}</p>}>
      {() => <LongText block={block} place={place} style="markdown" />}
    </Fold>
  );
}

const shownTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

function Picture({ block, place }: Of<'image'>) {
  const { mediaType } = block;
  const whole = useWhole(block, place, shownTypes.has(mediaType));
  if (!shownTypes.has(mediaType)) return <p class="more"><Icon name="file-media" /> {mediaType === '' ? t`An image of type unknown is not shown.` : t`An image of type ${mediaType} is not shown.`}</p>;
  if (whole.state === 'failed') {
    return (
      <p class="problem" role="alert">
        {t`The image could not be read. ${whole.message}`} <button type="button" class="link" onClick={() => void whole.load()}>{t`Try again`}</button>
      </p>
    );
  }
  if (whole.state !== 'whole') return <p class="more" role="status">{t`Reading the image…`}</p>;
  return <img class="picture" alt={t`Image in this message`} src={`data:${mediaType};base64,${whole.block.data.replace(/[^A-Za-z0-9+/=]/g, '')}`} />;
}
